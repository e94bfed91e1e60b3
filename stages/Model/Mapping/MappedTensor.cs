using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>A tensor of the other format: what it is there, which stored tensor it comes from, and by which rule.</summary>
/// <param name="SourceRow">Row of the source for a row of the target; null where the bytes are the same.</param>
public sealed record MappedTensor(TensorInfo Target, ICheckpointReader Reader, TensorInfo Source, TensorRule Rule, Func<long, long>? SourceRow);
