using Llava.Contracts.Diagnostics;
using Llava.H5Reading;

namespace Llava.Model.Checkpoints.Hdf5;

/// <summary>One tensor of an HDF5 checkpoint: a dataset, or a shape and the value that fills it.</summary>
sealed class StoredArray : IStoredTensor
{
    const string TypeName = "__H5_TYPE__", BFloat16Name = "is_bfloat16", ShapeName = "shape";

    // Python numbers, texts, None and pickled objects of a training's state; no tensor among them.
    static readonly string[] OtherTypes = ["ScalarH5Type", "StringH5Type", "NoneH5Type", "ObjectH5Type"];
    static readonly string[] OlderMarks = ["is_none", "is_string", "is_scalar"];

    readonly Hdf5File _file;
    readonly DatasetBytes _bytes;

    StoredArray(Hdf5File file, ElementType elementType, IReadOnlyList<long> shape, DatasetBytes bytes) => (_file, ElementType, Shape, _bytes) = (file, elementType, shape, bytes);

    public ElementType ElementType { get; }

    public IReadOnlyList<long> Shape { get; }

    /// <summary>Null for what is no tensor.</summary>
    public static StoredArray? Open(Hdf5File file, long address, string name, LastBand lastBand)
    {
        var attributes = ObjectAttributes.Read(file, address);
        var type = attributes.Text(TypeName);
        if (OtherTypes.Contains(type) || (type is null && OlderMarks.Any(attributes.IsTrue)))
            return null;
        var dataset = DatasetHeader.Read(file, address);
        if (type is "DeferredFullTensor" or "DeferredFileTensor" || attributes.Integers(ShapeName) is not null)
            throw ErrorCatalog.UnsupportedTensor.Fails(file.Path, $"{name} is stored as a {type ?? "deferred tensor"}, a description in place of its values; save the checkpoint again with Cerebras 1.9 or newer");
        if (dataset.IsNull)
            return null;
        var elementType = TypeOf(dataset.Element, attributes.IsTrue(BFloat16Name))
            ?? throw ErrorCatalog.UnsupportedTensor.Fails(file.Path, $"{name}: HDF5 elements of class {dataset.Element.Class} and {dataset.Element.Bytes} bytes{(attributes.IsTrue(BFloat16Name) ? ", marked as bfloat16," : "")} are no tensor; supported are {ElementTypes.SafetensorsNames}");
        return new StoredArray(file, elementType, dataset.Extents, new DatasetBytes(file, dataset, lastBand));
    }

    public void Read(long byteOffset, Span<byte> destination)
    {
        try
        {
            _bytes.Read(byteOffset, destination);
        }
        // The chunk index is decoded now.
        catch (Exception error) when (Hdf5File.IsSenselessNumber(error))
        {
            throw _file.Damaged(error);
        }
    }

    // bfloat16 is unknown to HDF5, and stored as 16-bit integers with a mark.
    static ElementType? TypeOf(StoredElement element, bool isBFloat16)
    {
        if (isBFloat16)
            return element is { IsInteger: true, Bytes: 2 } ? ElementType.BFloat16 : null;
        return element switch
        {
            { IsFloat: true, Bytes: 8 } => ElementType.Float64,
            { IsFloat: true, Bytes: 4 } => ElementType.Float32,
            { IsFloat: true } => ElementType.Float16,
            { IsInteger: true, IsSigned: true, Bytes: 8 } => ElementType.Int64,
            { IsInteger: true, IsSigned: true, Bytes: 4 } => ElementType.Int32,
            { IsInteger: true, IsSigned: true, Bytes: 2 } => ElementType.Int16,
            { IsInteger: true, IsSigned: true, Bytes: 1 } => ElementType.Int8,
            { IsInteger: true, Bytes: 8 } => ElementType.UInt64,
            { IsInteger: true, Bytes: 4 } => ElementType.UInt32,
            { IsInteger: true, Bytes: 2 } => ElementType.UInt16,
            { IsInteger: true, Bytes: 1 } => ElementType.UInt8,
            { IsBoolean: true } => ElementType.Boolean,
            _ => null,
        };
    }
}
