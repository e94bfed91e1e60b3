namespace Llava.Model.Checkpoints;

/// <summary>The element types with their sizes and their names in the two container formats.</summary>
public static class ElementTypes
{
    static readonly (ElementType Type, int Bytes, string Safetensors, string? TorchStorage)[] Table =
    [
        (ElementType.Float64, 8, "F64", "DoubleStorage"),
        (ElementType.Float32, 4, "F32", "FloatStorage"),
        (ElementType.Float16, 2, "F16", "HalfStorage"),
        (ElementType.BFloat16, 2, "BF16", "BFloat16Storage"),
        (ElementType.Int64, 8, "I64", "LongStorage"),
        (ElementType.Int32, 4, "I32", "IntStorage"),
        (ElementType.Int16, 2, "I16", "ShortStorage"),
        (ElementType.Int8, 1, "I8", "CharStorage"),
        (ElementType.UInt8, 1, "U8", "ByteStorage"),
        (ElementType.Boolean, 1, "BOOL", "BoolStorage"),
        (ElementType.UInt64, 8, "U64", null),
        (ElementType.UInt32, 4, "U32", null),
        (ElementType.UInt16, 2, "U16", null),
    ];

    public static string SafetensorsNames { get; } = string.Join(", ", Table.Select(row => row.Safetensors));

    public static int SizeInBytes(this ElementType type) => Table[(int)type].Bytes;

    /// <summary><c>F32</c>, <c>BF16</c>, …</summary>
    public static string SafetensorsName(this ElementType type) => Table[(int)type].Safetensors;

    /// <summary><c>FloatStorage</c>, … in the module <c>torch</c>; null for a type that no storage of a torch file has.</summary>
    public static string? TorchStorageName(this ElementType type) => Table[(int)type].TorchStorage;

    public static bool IsFloatingPoint(this ElementType type) => type <= ElementType.BFloat16;

    public static ElementType? FromSafetensorsName(string name) => Find(row => row.Safetensors == name);

    public static ElementType? FromTorchStorageName(string name) => Find(row => row.TorchStorage == name);

    static ElementType? Find(Func<(ElementType Type, int Bytes, string Safetensors, string? TorchStorage), bool> predicate)
    {
        foreach (var row in Table)
        {
            if (predicate(row))
                return row.Type;
        }
        return null;
    }
}
