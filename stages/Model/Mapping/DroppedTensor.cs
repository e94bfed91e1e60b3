using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

public sealed record DroppedTensor(TensorInfo Source, string Reason);
