namespace Llava.Preprocess.Parquet;

/// <summary>A row without its pictures, which come in the order of their rows.</summary>
interface IParquetRow
{
    /// <param name="next">Gets the next picture: asked once for each place that may hold one, whether it does or not.</param>
    /// <returns>Bytes taken.</returns>
    long TakePictures(Func<byte[]?> next);
}
