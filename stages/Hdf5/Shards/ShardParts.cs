namespace Llava.Hdf5.Shards;

/// <summary>Which parts of an outcome a shard holds.</summary>
[Flags]
enum ShardParts : byte
{
    Id = 1,
    Image = 2,
    Texts = 4,
    Rejection = 8,
    Row = 16,
    RowPath = 32,
    End = 128,
}
