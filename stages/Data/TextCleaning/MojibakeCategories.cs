namespace Llava.Data.TextCleaning;

/// <summary>
/// The characters that UTF-8 turns into when it is read in the encodings of <see cref="SingleByteEncoding"/>, sorted by how they
/// are normally used. Contents of regular expression classes. Source: ftfy 6.1.1, badness.py.
/// </summary>
internal static class MojibakeCategories
{
    /// <summary>Stand in many contexts; no sign of mojibake by themselves.</summary>
    public const string Common =
        "\u00A0\u00AD\u00B7\u00B4\u2013\u2014\u2015\u2026\u2019";

    /// <summary>The C1 controls, which nobody uses on purpose.</summary>
    public const string C1 =
        "\u0080-\u009F";

    /// <summary>Hardly ever used outside mojibake.</summary>
    public const string Bad =
        "\u00A6\u00A4\u00A8\u00AC\u00AF\u00B6\u00A7\u00B8\u0192\u02C6\u02C7\u02D8\u02DB\u02DC\u2020\u2021\u2030\u2310\u25CA\uFFFD" +
        "\u00AA\u00BA";

    public const string Currency =
        "\u00A2\u00A3\u00A5\u20A7\u20AC";

    public const string StartPunctuation =
        "\u00A1\u00AB\u00BF\u00A9\u0384\u0385\u2018\u201A\u201C\u201E\u2022\u2039\uF8FF";

    public const string EndPunctuation =
        "\u00AE\u00BB\u02DD\u201D\u203A\u2122";

    public const string Numeric =
        "\u00B2\u00B3\u00B9\u00B1\u00BC\u00BD\u00BE\u00D7\u00B5\u00F7\u2044\u2202\u2206\u220F\u2211\u221A\u221E\u2229\u222B\u2248" +
        "\u2260\u2261\u2264\u2265\u2116";

    /// <summary>Letters that emoticons are made of and that therefore stand beside odd things.</summary>
    public const string Kaomoji =
        "\u00D2-\u00D6\u00D9-\u00DC\u00F2-\u00F6\u00F8-\u00FC\u0150\u00B0";

    public const string UpperAccented =
        "\u00C0-\u00D1\u00D8\u00DC\u00DD\u0102\u0104\u0106\u010C\u010E\u0110\u0118\u011A\u011E\u0130\u0139\u013D\u0141\u0143\u0147\u0152" +
        "\u0158\u015A\u015E\u0160\u0162\u0164\u016E\u0170\u0178\u0179\u017B\u017D\u0490";

    public const string LowerAccented =
        "\u00DF\u00E0-\u00F1\u0103\u0105\u0107\u010D\u010F\u0111\u0119\u011B\u011F\u013A\u013E\u0142\u0153\u0155\u015B\u015F\u0161\u0165" +
        "\u00FC\u017A\u017C\u017E\u0491\uFB01\uFB02";

    /// <summary>Capital letters that often end a word.</summary>
    public const string UpperCommon =
        "\u00DE\u0391-\u03A9\u0386\u0388\u0389\u038A\u038C\u038E\u038F\u03AA\u03AB\u0401-\u042F";

    public const string LowerCommon =
        "\u03B1-\u03C9\u03AC\u03AD\u03AE\u03AF\u03B0\u0430-\u045F";

    /// <summary>Box drawing and blocks, without the single horizontal line (emoticons).</summary>
    public const string Box =
        "\u2502\u250C\u2510\u2518\u251C\u2524\u252C\u253C\u2550-\u256C\u2580\u2584\u2588\u258C\u2590\u2591\u2592\u2593";
}
