using static TorchSharp.torch;

namespace Llava.Model.Decoding;

/// <summary>A prompt as the language model's input: the embeddings of its tokens with the picture's patches spliced in.</summary>
static class PromptEmbedding
{
    /// <param name="ids">With <see cref="DecodingBatch.ImageTokenId"/> where a picture stands.</param>
    /// <param name="imageFeatures_PW">The picture's features; null without one.</param>
    /// <returns>S x D: as many positions as tokens and patches.</returns>
    public static Tensor Of(LlavaModel model, IReadOnlyList<int> ids, Tensor? imageFeatures_PW)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        var patches_PD = imageFeatures_PW is null ? null : model.Project(imageFeatures_PW);
        for (var start = 0; start <= ids.Count;)
        {
            var end = start;
            while (end < ids.Count && ids[end] != DecodingBatch.ImageTokenId)
                end++;
            if (end > start)
                parts.Add(model.text_model.Embed(tensor([.. ids.Skip(start).Take(end - start)], ScalarType.Int64, model.Device)));
            if (end < ids.Count)
                parts.Add(patches_PD ?? throw new ArgumentException("the prompt has a place for a picture, but there is none", nameof(imageFeatures_PW)));
            start = end + 1;
        }
        return scope.MoveToOuter(cat(parts, 0));
    }
}
