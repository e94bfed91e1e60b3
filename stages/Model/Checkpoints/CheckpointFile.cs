using Llava.Contracts.Files;

namespace Llava.Model.Checkpoints;

/// <summary>A checkpoint's file on its way to the disk.</summary>
static class CheckpointFile
{
    /// <returns>The file, whole and on the disk, not yet under its name.</returns>
    public static AtomicFile Prepare(string path, Action<LargeFileStream> write)
    {
        var file = new AtomicFile(path);
        try
        {
            using (var stream = new LargeFileStream(file.Stream))
            {
                write(stream);
                stream.Finish();
            }
            file.Finish();
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }
}
