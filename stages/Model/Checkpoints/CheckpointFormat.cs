namespace Llava.Model.Checkpoints;

/// <summary>The containers that can be written.</summary>
public enum CheckpointFormat
{
    /// <summary><c>model.safetensors</c></summary>
    Safetensors,

    /// <summary><c>pytorch_model.bin</c>: torch's zip with a pickled dict of tensors.</summary>
    Bin,

    /// <summary><c>model.mdl</c>: torch's zip with <c>{"model": {…}}</c>, the reference's own layout. Never sharded.</summary>
    Mdl,
}
