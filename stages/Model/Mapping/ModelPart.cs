namespace Llava.Model.Mapping;

/// <summary>The rules of one part of the model: total, so that a key without a rule is an error.</summary>
/// <param name="Name">For messages: "CLIP vision tower".</param>
/// <param name="HuggingFacePrefix">What files of the bare part leave out.</param>
public sealed record ModelPart(string Name, string HuggingFacePrefix, IReadOnlyList<TensorRule> Rules, IReadOnlyList<DropRule> Drops)
{
    /// <summary>The spellings under which a file may hold the key of a rule, the canonical one last.</summary>
    public IEnumerable<string> CanonicalKeys(string key)
    {
        yield return key;
        yield return HuggingFacePrefix + key;
        if (key.StartsWith("model.", StringComparison.Ordinal))
        {
            yield return key["model.".Length..];
            yield return HuggingFacePrefix + key["model.".Length..];
        }
    }

    public IEnumerable<(TensorRule Rule, int Layer)> Expected(ModelDimensions dimensions) =>
        Rules.SelectMany(rule => Enumerable.Range(0, rule.Layers(dimensions)).Select(layer => (rule, layer)));
}
