namespace Llava.H5Reading;

/// <summary>Where every chunk of a dataset is stored; decoded once. 16 bytes a chunk.</summary>
sealed class ChunkTable
{
    readonly long[] _addresses;
    readonly int[] _storedBytes;
    readonly uint[] _filterMasks;

    public ChunkTable(long chunks)
    {
        _addresses = new long[chunks];
        Array.Fill(_addresses, Hdf5Format.UndefinedAddress);
        _storedBytes = new int[chunks];
        _filterMasks = new uint[chunks];
    }

    public int Count => _addresses.Length;

    /// <summary>The address is undefined for a chunk that was never written: all fill value, zero.</summary>
    public StoredChunk this[long index]
    {
        get => new(_addresses[index], _storedBytes[index], _filterMasks[index]);
        set => (_addresses[index], _storedBytes[index], _filterMasks[index]) = value;
    }
}

/// <param name="FilterMask">A set bit is a filter of the pipeline that this chunk skipped.</param>
public readonly record struct StoredChunk(long Address, int StoredBytes, uint FilterMask)
{
    public bool IsStored => Address != Hdf5Format.UndefinedAddress;
}
