namespace Llava.Data.Hdf5.Writing;

/// <summary>Where the stored bytes of one chunk lie in a file.</summary>
readonly record struct ChunkLocation(long Address, int StoredBytes);
