namespace Llava.Train.Optimization;

/// <summary>
/// ModelZoo decays every trainable parameter but biases and the weights of LayerNorm; RMSNorm weights, embeddings and the
/// head are decayed. A LayerNorm is told from an RMSNorm by its bias.
/// </summary>
sealed class WeightDecayRule(IEnumerable<string> parameterNames)
{
    readonly HashSet<string> _names = [.. parameterNames];

    public bool IsDecayed(string parameterName) => !parameterName.Contains("bias", StringComparison.Ordinal) && !IsLayerNormWeight(parameterName);

    bool IsLayerNormWeight(string name)
    {
        const string Weight = ".weight";
        if (!name.EndsWith(Weight, StringComparison.Ordinal))
            return false;
        var module = name[..^Weight.Length];
        var lastPart = module[(module.LastIndexOf('.') + 1)..];
        var isNorm = lastPart.StartsWith("norm", StringComparison.Ordinal) || lastPart.StartsWith("ln_", StringComparison.Ordinal) || lastPart.EndsWith("_ln", StringComparison.Ordinal);
        return isNorm && _names.Contains($"{module}.bias");
    }
}
