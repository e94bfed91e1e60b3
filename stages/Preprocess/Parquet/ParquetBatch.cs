namespace Llava.Preprocess.Parquet;

/// <param name="FirstNumber">The first row's number in its file, from 1.</param>
/// <param name="InputPosition">About how far the file is read, in bytes.</param>
sealed record ParquetBatch<TRow>(IReadOnlyList<TRow> Rows, long FirstNumber, long InputPosition);
