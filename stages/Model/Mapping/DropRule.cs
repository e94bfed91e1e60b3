namespace Llava.Model.Mapping;

/// <summary>A Hugging Face tensor that ModelZoo's model has no use for.</summary>
/// <param name="Pattern">A key with <c>{}</c> for a number; a <c>*</c> at its end stands for any rest.</param>
public sealed record DropRule(string Pattern, string Reason)
{
    public bool Matches(string key) => Pattern.EndsWith('*')
        ? key.StartsWith(Pattern[..^1], StringComparison.Ordinal)
        : KeyPattern.Match(Pattern, key) is not null;
}
