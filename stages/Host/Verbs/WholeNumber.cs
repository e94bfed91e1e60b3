using System.CommandLine;

namespace Llava.Host.Verbs;

/// <summary>Refuses a number that an option cannot take, when the command line is read.</summary>
static class WholeNumber
{
    public static void Require(int lowest, params ReadOnlySpan<Option> options)
    {
        foreach (var option in options)
            Require(option, lowest, int.MaxValue);
    }

    public static void Require(Option option, int lowest, int highest)
    {
        var range = highest == int.MaxValue ? $"of at least {lowest}" : $"from {lowest} to {highest}";
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && (!int.TryParse(token.Value, out var number) || number < lowest || number > highest))
                result.AddError($"{option.Name} takes a whole number {range}, not {token.Value}");
        });
    }
}
