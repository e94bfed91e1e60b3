namespace Llava.Model.Mapping;

/// <summary>
/// One row of the table, read in both directions. A key may hold <c>{}</c> for the layer's number.
/// </summary>
/// <param name="HuggingFaceKey">With the part's own prefix (<c>model.</c>, <c>vision_model.</c>), which files may leave out.</param>
/// <param name="ModelZooKeys">More than one where ModelZoo stores the tensor twice. Empty for what is dropped.</param>
/// <param name="Shape">By the model's sizes, and the layer's number.</param>
public sealed record TensorRule(string HuggingFaceKey, IReadOnlyList<string> ModelZooKeys, Func<ModelDimensions, int, long[]> Shape)
{
    public RowOrder Rows { get; init; } = RowOrder.Unchanged;

    /// <summary>How many layers there are; 1 for a key without <c>{}</c>.</summary>
    public Func<ModelDimensions, int> Layers { get; init; } = _ => 1;

    /// <summary>The Hugging Face number of layer n is n times this: 2 in the projector, whose activations are numbered too.</summary>
    public int HuggingFaceLayerStep { get; init; } = 1;

    public string HuggingFaceKeyOf(int layer) => KeyPattern.Fill(HuggingFaceKey, layer * HuggingFaceLayerStep);

    public IReadOnlyList<string> ModelZooKeysOf(int layer) => [.. ModelZooKeys.Select(key => KeyPattern.Fill(key, layer))];
}
