using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Evaluate.Questions;

/// <summary>A row of an MMBench table.</summary>
/// <param name="Index">Rotations of one question's options differ in it by multiples of a million.</param>
/// <param name="Truth">The right letter; "" in a table without answers.</param>
sealed record MmBenchRow(long Index, string Hint, string Question, IReadOnlyList<string> Options, string Truth, string Category)
{
    public const long Rotation = 1_000_000;

    /// <summary>For messages.</summary>
    public const string NeededColumns = "the table needs the columns index, question, image, A, B, C and D";

    static readonly string[] Letters = ["A", "B", "C", "D"];

    /// <summary>Hint, question and lettered options, one a line.</summary>
    public string Prompt => string.Join('\n',
    [
        .. Hint.Length == 0 ? (string[])[] : [Hint],
        Question,
        .. Options.Zip(Letters, (option, letter) => $"{letter}. {option}"),
    ]);

    public static MmBenchRow Parse(IReadOnlyDictionary<string, string> row, SourceLocation location)
    {
        if (!long.TryParse(row.GetValueOrDefault("index"), NumberStyles.None, CultureInfo.InvariantCulture, out var index))
            throw ErrorCatalog.BadQuestions.Fails(location, "\"index\" is missing or is not a whole number");
        if (!row.TryGetValue("question", out var question))
            throw ErrorCatalog.BadQuestions.Fails(location, NeededColumns);
        return new MmBenchRow(
            index,
            Value(row, "hint"),
            question,
            [.. Letters.Select(letter => Value(row, letter)).TakeWhile(option => option.Length > 0)],
            Value(row, "answer"),
            Value(row, "category"));
    }

    /// <summary>A cell as pandas reads it: "" for each of its spellings of no value.</summary>
    public static string Cell(string text) => text switch
    {
        "" or "NA" or "N/A" or "n/a" or "NULL" or "null" or "NaN" or "nan" or "None" or "#N/A" or "#NA" or "<NA>" or "-nan" or "-NaN" or "1.#IND" or "1.#QNAN" or "-1.#IND" or "-1.#QNAN" or "#N/A N/A" => "",
        _ => text,
    };

    // The LLaVA script takes two more spellings for no value.
    static string Value(IReadOnlyDictionary<string, string> row, string column) => Cell(row.GetValueOrDefault(column, "")) switch
    {
        var text when text.Equals("nan", StringComparison.OrdinalIgnoreCase) || text.Equals("none", StringComparison.OrdinalIgnoreCase) => "",
        var text => text,
    };
}
