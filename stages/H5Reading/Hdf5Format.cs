namespace Llava.H5Reading;

/// <summary>Numbers of the HDF5 file format, version 3.0 of its specification, as far as the files of this project use it.</summary>
public static class Hdf5Format
{
    public const long UndefinedAddress = -1;
    public const int GroupLeafK = 4;
    public const int GroupInternalK = 16;

    /// <summary>Half the children of a chunk B-tree node; fixed at 32 in files with a version 0 superblock.</summary>
    public const int ChunkNodeK = 32;

    public const int DeflateFilter = 1;
    public const int ShuffleFilter = 2;
    public const int Fletcher32Filter = 3;
    public const int Lz4Filter = 32004;

    public static ReadOnlySpan<byte> Signature => [0x89, (byte)'H', (byte)'D', (byte)'F', 0x0d, 0x0a, 0x1a, 0x0a];
}

/// <summary>Types of object header messages.</summary>
public static class Hdf5Message
{
    public const int Nil = 0x00;
    public const int Dataspace = 0x01;
    public const int LinkInfo = 0x02;
    public const int Datatype = 0x03;
    public const int FillValue = 0x05;
    public const int Link = 0x06;
    public const int ExternalFiles = 0x07;
    public const int DataLayout = 0x08;
    public const int FilterPipeline = 0x0B;
    public const int Attribute = 0x0C;
    public const int Continuation = 0x10;
    public const int SymbolTable = 0x11;
}
