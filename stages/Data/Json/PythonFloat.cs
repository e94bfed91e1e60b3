using System.Globalization;

namespace Llava.Data.Json;

/// <summary>Floats as Python prints them.</summary>
public static class PythonFloat
{
    const int LargestPlainExponent = 15;
    const int SmallestPlainExponent = -4;

    /// <summary>Python's <c>repr(float)</c>: the shortest digits that read back equal, exponent form from 1e16 up and below 1e-4.</summary>
    public static string Repr(double value)
    {
        if (double.IsNaN(value))
            return "NaN";
        if (double.IsInfinity(value))
            return value > 0 ? "Infinity" : "-Infinity";
        var (digits, exponent) = ShortestDigits(Math.Abs(value));
        var sign = double.IsNegative(value) ? "-" : "";
        return sign + (exponent is < SmallestPlainExponent or > LargestPlainExponent ? Scientific(digits, exponent) : Plain(digits, exponent));
    }

    /// <summary>The digits of d.ddd × 10^exponent, without trailing zeros.</summary>
    static (string Digits, int Exponent) ShortestDigits(double value)
    {
        if (value == 0)
            return ("0", 0);
        var text = value.ToString("R", CultureInfo.InvariantCulture);
        var mantissa = text.Split('E')[0];
        var exponent = text.Contains('E') ? int.Parse(text.Split('E')[1], CultureInfo.InvariantCulture) : 0;
        var point = mantissa.Contains('.') ? mantissa.IndexOf('.') : mantissa.Length;
        var digits = mantissa.Replace(".", "");
        var leadingZeros = digits.Length - digits.TrimStart('0').Length;
        return (digits.Trim('0'), exponent + point - 1 - leadingZeros);
    }

    static string Scientific(string digits, int exponent)
    {
        var mantissa = digits.Length == 1 ? digits : $"{digits[0]}.{digits[1..]}";
        return string.Create(CultureInfo.InvariantCulture, $"{mantissa}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}");
    }

    static string Plain(string digits, int exponent)
    {
        if (exponent < 0)
            return "0." + new string('0', -exponent - 1) + digits;
        var whole = digits.PadRight(exponent + 1, '0');
        return whole.Length == exponent + 1 ? whole + ".0" : $"{whole[..(exponent + 1)]}.{whole[(exponent + 1)..]}";
    }
}
