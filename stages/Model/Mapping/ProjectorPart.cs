namespace Llava.Model.Mapping;

/// <summary>LLaVA's <c>mm_projector</c> (a Sequential that numbers its activations too) and ModelZoo's <c>projector_image_model</c>.</summary>
static class ProjectorPart
{
    public static ModelPart Part { get; } = new(
        "projector",
        "model.",
        [
            EachLayer("weight", (d, layer) => [d.ProjectorWidths[layer + 1], d.ProjectorWidths[layer]]),
            EachLayer("bias", (d, layer) => [d.ProjectorWidths[layer + 1]]),
        ],
        []);

    static TensorRule EachLayer(string name, Func<ModelDimensions, int, long[]> shape) =>
        new($"model.mm_projector.{{}}.{name}", [$"projector_image_model.ffn.{{}}.linear_layer.{name}"], shape)
        {
            Layers = dimensions => dimensions.ProjectorLayers,
            HuggingFaceLayerStep = 2,
        };
}
