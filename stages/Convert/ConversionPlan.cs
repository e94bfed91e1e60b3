using Llava.Contracts.Diagnostics;
using Llava.Conversion.Certificates;
using Llava.Conversion.Verification;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>What a target format makes of a source, checked completely and not yet begun: <see cref="CertifiedConversion"/> carries it out.</summary>
sealed record ConversionPlan
{
    /// <summary>For the progress: "converting".</summary>
    public required string Activity { get; init; }

    /// <summary>What is written, under the target's names.</summary>
    public required IReadOnlyList<TensorSource> Tensors { get; init; }

    /// <summary>Writes the weights, folder by folder, under temporary names. It is given <see cref="Tensors"/>, watched, in their order.</summary>
    public required Func<IReadOnlyList<TensorSource>, IEnumerable<PendingCheckpoint>> PrepareWeights { get; init; }

    /// <summary>Writes what goes with the weights: configuration, tokenizer, preparation of pictures.</summary>
    public required Action WriteCompanions { get; init; }

    public required Func<LogitComparison> Verify { get; init; }

    /// <summary>Where each tensor came from, once all are written.</summary>
    public required Func<TrackedTensors, IEnumerable<CertifiedTensor>> Certify { get; init; }

    public required IReadOnlyList<DroppedTensor> Dropped { get; init; }

    /// <exception cref="DiagnosticException">With every tensor of a type that the container has no place for.</exception>
    public void CheckFits(CheckpointFormat container) => DiagnosticException.ThrowIfAny(
    [
        .. Tensors.Select(tensor => tensor.Info).Where(tensor => container != CheckpointFormat.Safetensors && tensor.ElementType.TorchStorageName() is null)
            .Select(tensor => ErrorCatalog.UnsupportedTensor.At(tensor.File, $"{tensor.Name} {tensor} has no place in a torch file; write safetensors")),
    ]);
}
