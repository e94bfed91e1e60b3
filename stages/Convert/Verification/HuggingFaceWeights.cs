using Llava.Contracts.Diagnostics;
using Llava.Model;
using Llava.Model.Checkpoints;
using static TorchSharp.torch;

namespace Llava.Conversion.Verification;

/// <summary>
/// Tensors by transformers' own names, in any spelling that files use. Knows nothing of the conversion's table: what it finds is
/// what transformers would load.
/// </summary>
/// <param name="standIn">Asked for a projector that <paramref name="readers"/> lack, and for nothing else.</param>
sealed class HuggingFaceWeights(IReadOnlyList<ICheckpointReader> readers, ICheckpointReader? standIn)
{
    static readonly string[] VisionPrefixes = ["vision_model.", "vision_tower.vision_model.", "model.vision_tower.vision_model.", "model.vision_model.", "model.", ""];
    static readonly string[] LanguagePrefixes = ["model.", "language_model.model.", "model.language_model.", "model.model.", ""];
    static readonly string[] HeadPrefixes = ["", "language_model.", "model."];
    static readonly string[] ProjectorPrefixes = ["model.mm_projector.", "mm_projector.", "model.model.mm_projector."];
    static readonly string[] LinearPrefixes = ["multi_modal_projector.linear_", "model.multi_modal_projector.linear_"];

    public Tensor Vision(string name) => Read(readers, VisionPrefixes.Select(prefix => prefix + name));

    public Tensor Language(string name) => Read(readers, LanguagePrefixes.Select(prefix => prefix + name));

    public Tensor Head() => Read(readers, HeadPrefixes.Select(prefix => prefix + "lm_head.weight"));

    /// <param name="layer">From 0; LLaVA's Sequential counts the activations too, transformers' counts from 1.</param>
    public Tensor Projector(int layer, string name) => Read(standIn is null ? readers : [.. readers, standIn],
    [
        .. ProjectorPrefixes.Select(prefix => FormattableString.Invariant($"{prefix}{2 * layer}.{name}")),
        .. LinearPrefixes.Select(prefix => FormattableString.Invariant($"{prefix}{layer + 1}.{name}")),
    ]);

    static Tensor Read(IReadOnlyList<ICheckpointReader> readers, IEnumerable<string> spellings)
    {
        foreach (var spelling in spellings)
        {
            if (readers.FirstOrDefault(reader => reader.Find(spelling) is not null) is not { } reader)
                continue;
            using var stored = reader.ReadTensor(spelling);
            return stored.to(ScalarType.Float32, copy: true);
        }
        throw ErrorCatalog.MissingTensor.Fails(readers[0].Path, $"there is no tensor {spellings.First()}");
    }
}
