namespace Llava.Data.Hdf5.Writing;

/// <summary>
/// The chunk that h5py chooses for a (rows, 1) dataset when none is asked for: 16 KiB doubled for each tenfold of a MiB,
/// within 8 KiB and 1 MiB, the rows halved until a chunk is near it. Source: <c>guess_chunk</c> of h5py's <c>filters.py</c>.
/// </summary>
static class AutomaticChunk
{
    const int Base = 16 * 1024;
    const int Minimum = 8 * 1024;
    const int Maximum = 1024 * 1024;

    public static int RowsPerChunk(long rows, int elementBytes)
    {
        var chunkRows = Math.Max(rows, 1);
        var target = Math.Clamp(Base * Math.Pow(2, Math.Log10((double)chunkRows * elementBytes / Maximum)), Minimum, Maximum);
        while (chunkRows > 1 && !IsNear(chunkRows * elementBytes, target))
            chunkRows = (chunkRows + 1) / 2;
        return (int)chunkRows;
    }

    static bool IsNear(long bytes, double target) =>
        bytes < Maximum && (bytes < target || Math.Abs(bytes - target) / target < 0.5);
}
