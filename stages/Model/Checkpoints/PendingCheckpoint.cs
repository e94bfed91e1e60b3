using Llava.Contracts.Files;

namespace Llava.Model.Checkpoints;

/// <summary>
/// A checkpoint that is whole and on the disk, under temporary names. What its folder held before is untouched until <see cref="Commit"/>,
/// and stays where that is never called.
/// </summary>
public sealed class PendingCheckpoint : IDisposable
{
    readonly string _folder;
    readonly IReadOnlyList<AtomicFile> _files;

    /// <param name="files">In the order in which they appear: an index last.</param>
    internal PendingCheckpoint(string folder, IReadOnlyList<AtomicFile> files) => (_folder, _files) = (folder, files);

    /// <summary>Commits checkpoints that belong together. Where one cannot appear, none does: half of a model would pass for a whole one.</summary>
    public static void CommitAll(IReadOnlyList<PendingCheckpoint> parts)
    {
        try
        {
            foreach (var part in parts)
                part.Commit();
        }
        catch
        {
            foreach (var file in parts.SelectMany(part => part._files).Where(file => file.IsCommitted))
                File.Delete(file.Path);
            throw;
        }
    }

    /// <summary>Puts it in the place of whatever checkpoint the folder held.</summary>
    /// <returns>The files' names, in ordinal order.</returns>
    public IReadOnlyList<string> Commit()
    {
        // Without an index, old and new shards pass for no checkpoint while they stand side by side.
        foreach (var index in CheckpointFolder.IndexNames)
            File.Delete(Path.Combine(_folder, index));
        foreach (var file in _files)
            file.Commit();
        string[] written = [.. _files.Select(file => Path.GetFileName(file.Path))];
        RemoveOthers(written);
        return written;
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }

    void RemoveOthers(IReadOnlyList<string> written)
    {
        string[] patterns = ["model.safetensors", "model-*-of-*.safetensors", "pytorch_model.bin", "pytorch_model-*-of-*.bin", "model.bin", "model.mdl"];
        foreach (var file in patterns.SelectMany(pattern => Directory.EnumerateFiles(_folder, pattern)).ToArray())
        {
            if (!written.Contains(Path.GetFileName(file)))
                File.Delete(file);
        }
    }
}
