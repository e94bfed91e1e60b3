using Llava.H5Reading;

namespace Llava.Data.Hdf5.Writing;

/// <summary>
/// Everything before the first chunk: a version 0 superblock, the root group with its <c>n_examples</c> attribute, and the
/// headers of the two datasets. The same structures as h5py writes by default (libver earliest), at fixed places.
/// </summary>
sealed record SampleFileHeader(long Rows, int MaxSequenceLength, int PathBytes, int PathRowsPerChunk)
{
    /// <summary>Where the chunks begin.</summary>
    public const int Length = 2048;

    const int RootHeaderAddress = 96;
    const int GroupTreeAddress = 208;
    const int GroupTreeBytes = 24 + 2 * Hdf5Format.GroupInternalK * 8 + (2 * Hdf5Format.GroupInternalK + 1) * 8;
    const int HeapAddress = GroupTreeAddress + GroupTreeBytes;
    const int HeapDataAddress = HeapAddress + 32;
    const int HeapDataBytes = 88;
    const int SymbolNodeAddress = HeapDataAddress + HeapDataBytes;
    const int SymbolNodeBytes = 8 + 2 * Hdf5Format.GroupLeafK * 40;
    const int DataHeaderAddress = SymbolNodeAddress + SymbolNodeBytes;
    const int PathHeaderAddress = DataHeaderAddress + 272;

    const int DataNameOffset = 8;
    const int ImagePathNameOffset = 16;
    const int FreeHeapOffset = 32;

    /// <param name="dataTree">Address of the chunk B-tree of <c>data</c>.</param>
    /// <param name="pathTree">That of <c>img_path</c>.</param>
    /// <param name="endOfFile">Length of the file.</param>
    public ReadOnlySpan<byte> ToBytes(long dataTree, long pathTree, long endOfFile)
    {
        var bytes = new LittleEndianBuffer();
        WriteSuperblock(bytes, endOfFile);
        WriteRootHeader(bytes);
        WriteGroup(bytes.PadTo(GroupTreeAddress));
        WriteDataset(bytes.PadTo(DataHeaderAddress), Integer32(), [Rows, SampleRow.FeatureCount, MaxSequenceLength], [1, SampleRow.FeatureCount, MaxSequenceLength, 4], dataTree);
        WriteDataset(bytes.PadTo(PathHeaderAddress), FixedLengthUtf8(), [Rows, 1], [PathRowsPerChunk, 1, PathBytes], pathTree);
        return bytes.PadTo(Length).Bytes;
    }

    static void WriteSuperblock(LittleEndianBuffer bytes, long endOfFile) => bytes
        .U8(Hdf5Format.Signature).U8(0, 0, 0, 0, 0).U8(8, 8, 0)
        .U16(Hdf5Format.GroupLeafK).U16(Hdf5Format.GroupInternalK).U32(0)
        .U64(0).U64(Hdf5Format.UndefinedAddress).U64(endOfFile).U64(Hdf5Format.UndefinedAddress)
        .U64(0).U64(RootHeaderAddress).U32(1).U32(0).U64(GroupTreeAddress).U64(HeapAddress);

    void WriteRootHeader(LittleEndianBuffer bytes)
    {
        var symbolTable = new LittleEndianBuffer().U64(GroupTreeAddress).U64(HeapAddress);
        var attribute = new LittleEndianBuffer().U8(1, 0).U16(SampleFileNames.ExampleCountName.Length + 1).U16(12).U16(8)
            .U8("n_examples"u8).Align(8)
            .U8(0x10, 0x08, 0, 0).U32(8).U16(0).U16(64).Align(8)
            .U8(1, 0, 0, 0, 0, 0, 0, 0)
            .U64(Rows);
        WriteObjectHeader(bytes, new(Hdf5Message.SymbolTable, 0, symbolTable), new(Hdf5Message.Attribute, 0, attribute));
    }

    static void WriteGroup(LittleEndianBuffer bytes)
    {
        bytes.U8("TREE"u8).U8(0, 0).U16(1).U64(Hdf5Format.UndefinedAddress).U64(Hdf5Format.UndefinedAddress)
            .U64(0).U64(SymbolNodeAddress).U64(ImagePathNameOffset).PadTo(HeapAddress);
        bytes.U8("HEAP"u8).U8(0, 0, 0, 0).U64(HeapDataBytes).U64(FreeHeapOffset).U64(HeapDataAddress)
            .Zeros(8).U8("data"u8).PadTo(HeapDataAddress + ImagePathNameOffset)
            .U8("img_path"u8).PadTo(HeapDataAddress + FreeHeapOffset)
            .U64(1).U64(HeapDataBytes - FreeHeapOffset).PadTo(SymbolNodeAddress);
        bytes.U8("SNOD"u8).U8(1, 0).U16(2)
            .U64(DataNameOffset).U64(DataHeaderAddress).Zeros(24)
            .U64(ImagePathNameOffset).U64(PathHeaderAddress).Zeros(24);
    }

    static void WriteDataset(LittleEndianBuffer bytes, LittleEndianBuffer datatype, ReadOnlySpan<long> extents, ReadOnlySpan<int> chunk, long chunkTree)
    {
        var dataspace = new LittleEndianBuffer().U8(1, (byte)extents.Length, 1, 0, 0, 0, 0, 0);
        for (var repeat = 0; repeat < 2; repeat++) // extents, then equal maximum extents
        {
            foreach (var extent in extents)
                dataspace.U64(extent);
        }
        var allocateIncrementally = new LittleEndianBuffer().U8(2, 3, 0, 1).U32(0);
        var deflate = new LittleEndianBuffer().U8(1, 1, 0, 0, 0, 0, 0, 0)
            .U16(Hdf5Format.DeflateFilter).U16(8).U16(1).U16(1).U8("deflate\0"u8).U32(SampleCompression.Level).U32(0);
        var layout = new LittleEndianBuffer().U8(3, 2, (byte)chunk.Length).U64(chunkTree);
        foreach (var extent in chunk)
            layout.U32((uint)extent);
        WriteObjectHeader(bytes,
            new(Hdf5Message.Dataspace, 0, dataspace),
            new(Hdf5Message.Datatype, 1, datatype),
            new(Hdf5Message.FillValue, 1, allocateIncrementally),
            new(Hdf5Message.FilterPipeline, 1, deflate),
            new(Hdf5Message.DataLayout, 0, layout));
    }

    static LittleEndianBuffer Integer32() => new LittleEndianBuffer().U8(0x10, 0x08, 0, 0).U32(4).U16(0).U16(32);

    LittleEndianBuffer FixedLengthUtf8() => new LittleEndianBuffer().U8(0x13, 0x11, 0, 0).U32((uint)PathBytes);

    static void WriteObjectHeader(LittleEndianBuffer bytes, params Message[] messages)
    {
        var length = messages.Sum(message => 8 + message.Body.Align(8).Length);
        bytes.U8(1, 0).U16(messages.Length).U32(1).U32((uint)length).U32(0);
        foreach (var (type, flags, body) in messages)
            bytes.U16(type).U16(body.Length).U8(flags, 0, 0, 0).U8(body.Bytes);
    }

    sealed record Message(int Type, byte Flags, LittleEndianBuffer Body);
}
