using System.Numerics;

namespace Llava.H5Reading;

/// <summary>
/// The chunk index of libver=latest for a dataset with one dimension that can grow: some elements in the index block, then
/// data blocks of doubling size, first listed there, later in super blocks.
/// </summary>
sealed class ExtensibleArrayReader
{
    const int ChecksumBytes = 4;

    readonly Hdf5File _file;
    readonly ArrayElementReader _element;
    readonly ChunkTable _table;
    readonly int _elementBytes;
    readonly int _offsetBytes;
    readonly int _inIndexBlock;
    readonly int _minimumDataBlock;
    readonly int _minimumPointers;
    readonly int _superBlocks;
    readonly long _perPage;
    long _next;

    ExtensibleArrayReader(Hdf5File file, ArrayElementReader element, ChunkTable table, MetadataCursor header)
    {
        (_file, _element, _table) = (file, element, table);
        _elementBytes = header.U8();
        var maximumBits = header.U8();
        _offsetBytes = (maximumBits + 7) / 8;
        _inIndexBlock = header.U8();
        _minimumDataBlock = header.U8();
        _minimumPointers = header.U8();
        _perPage = 1L << header.U8();
        _superBlocks = 1 + maximumBits - BitOperations.Log2((uint)_minimumDataBlock);
    }

    int PrefixBytes => 14 + _offsetBytes;

    public static void Read(Hdf5File file, long address, ArrayElementReader element, ChunkTable table)
    {
        var header = file.Metadata(address, 72).Expect("EAHD").Skip(2);
        var reader = new ExtensibleArrayReader(file, element, table, header);
        var indexBlock = header.Skip(48).U64();
        if (indexBlock != Hdf5Format.UndefinedAddress)
            reader.ReadIndexBlock(indexBlock);
    }

    void ReadIndexBlock(long address)
    {
        var inIndexBlock = 2 * BitOperations.Log2((uint)_minimumPointers);
        var listed = 2 * (_minimumPointers - 1) + Math.Max(0, _superBlocks - inIndexBlock);
        var block = _file.Metadata(address, 14 + _inIndexBlock * _elementBytes + 8 * listed).Expect("EAIB").Skip(10);
        ReadElements(block, _inIndexBlock);
        for (var super = 0; super < _superBlocks && _next < _table.Count; super++)
        {
            if (super >= inIndexBlock)
            {
                ReadSuperBlock(block.U64(), super);
                continue;
            }
            for (var data = 0; data < DataBlocksOf(super); data++)
                ReadDataBlock(block.U64(), ElementsOf(super));
        }
    }

    void ReadSuperBlock(long address, int super)
    {
        if (address == Hdf5Format.UndefinedAddress)
        {
            _next += DataBlocksOf(super) * ElementsOf(super);
            return;
        }
        var pages = ElementsOf(super) > _perPage ? ElementsOf(super) / _perPage : 0;
        var bitmapBytes = (int)(DataBlocksOf(super) * ((pages + 7) / 8));
        var block = _file.Metadata(address, PrefixBytes + bitmapBytes + (int)(8 * DataBlocksOf(super))).Expect("EASB").Skip(PrefixBytes - 4 + bitmapBytes);
        for (var data = 0L; data < DataBlocksOf(super) && _next < _table.Count; data++)
            ReadDataBlock(block.U64(), ElementsOf(super));
    }

    void ReadDataBlock(long address, long elements)
    {
        if (_next >= _table.Count)
            return;
        if (address == Hdf5Format.UndefinedAddress)
        {
            _next += elements;
            return;
        }
        _file.Metadata(address, 4).Expect("EADB");
        if (elements <= _perPage)
        {
            ReadElements(_file.Metadata(address + PrefixBytes, (int)elements * _elementBytes), elements);
            return;
        }
        // Every page below the number of chunks is written, so the super block's bitmap of pages has nothing to add.
        var place = address + PrefixBytes + ChecksumBytes;
        for (var page = 0L; page < elements / _perPage && _next < _table.Count; page++)
        {
            ReadElements(_file.Metadata(place, (int)_perPage * _elementBytes), _perPage);
            place += _perPage * _elementBytes + ChecksumBytes;
        }
    }

    void ReadElements(MetadataCursor bytes, long count)
    {
        for (var i = 0L; i < count && _next < _table.Count; i++)
            _table[_next++] = _element.Read(bytes, _elementBytes);
    }

    static long DataBlocksOf(int super) => 1L << (super / 2);

    long ElementsOf(int super) => (1L << ((super + 1) / 2)) * _minimumDataBlock;
}
