namespace Llava.Model.Checkpoints;

/// <summary>What one number of a stored tensor is. Stored little-endian.</summary>
public enum ElementType
{
    Float64,
    Float32,
    Float16,
    BFloat16,
    Int64,
    Int32,
    Int16,
    Int8,
    UInt8,
    Boolean,
    UInt64,
    UInt32,
    UInt16,
}
