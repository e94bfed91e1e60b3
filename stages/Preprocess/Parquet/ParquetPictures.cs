using Llava.Preprocess.Parquet.Pages;
using Parquet.Meta;

namespace Llava.Preprocess.Parquet;

/// <summary>The pictures of a parquet file, which are nearly all of it: one is in memory at a time.</summary>
sealed class ParquetPictures(FileStream file, FileMetaData metadata, string scratchPath)
{
    /// <summary>The picture of each row of the group, or of each element of its innermost list, in order; null where there is none.</summary>
    public IEnumerable<byte[]?> Read(int rowGroup)
    {
        var chunk = metadata.RowGroups[rowGroup].Columns.Select(column => column.MetaData).FirstOrDefault(column => column?.PathInSchema is [.., "image", "bytes"])
            ?? throw new InvalidDataException("there is no column image.bytes");
        return new BinaryColumn(file.SafeFileHandle, chunk, ColumnLevels.Of(chunk.PathInSchema, metadata.Schema), scratchPath).Read();
    }
}
