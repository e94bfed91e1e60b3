using Llava.Contracts.Diagnostics;

namespace Llava.Data.Hdf5;

/// <summary>All samples of the <c>*.h5</c> files of a folder, in ordinal order of the file names. Thread-safe.</summary>
public sealed class Hdf5SampleSet : IDisposable
{
    readonly IReadOnlyList<Hdf5SampleReader> _files;
    readonly long[] _firstIndexes;

    Hdf5SampleSet(IReadOnlyList<Hdf5SampleReader> files)
    {
        _files = files;
        _firstIndexes = new long[files.Count];
        for (var file = 0; file < files.Count; file++)
        {
            _firstIndexes[file] = Count;
            Count += files[file].Count;
        }
        MaxSequenceLength = files[0].MaxSequenceLength;
    }

    public long Count { get; }

    public int MaxSequenceLength { get; }

    /// <exception cref="DiagnosticException">No such folder, no files, a bad file, or files of different sequence lengths.</exception>
    public static Hdf5SampleSet Open(string folder)
    {
        var paths = FilesOf(folder);
        if (paths.Count == 0)
            throw ErrorCatalog.NoSampleFiles.Fails(folder, "there are no *.h5 files in this folder");
        var files = new List<Hdf5SampleReader>();
        try
        {
            foreach (var path in paths)
                files.Add(Hdf5SampleReader.Open(path));
            if (files.Find(file => file.MaxSequenceLength != files[0].MaxSequenceLength) is { } odd)
                throw ErrorCatalog.NotASampleFile.Fails(odd.Path, $"max_seq_length is {odd.MaxSequenceLength}, but {files[0].MaxSequenceLength} in {files[0].Path}");
            return new Hdf5SampleSet(files);
        }
        catch
        {
            files.ForEach(file => file.Dispose());
            throw;
        }
    }

    /// <summary>The sample files of a folder in the order in which they are read.</summary>
    /// <param name="below">Whether those of sub folders count too.</param>
    public static IReadOnlyList<string> FilesOf(string folder, bool below = false)
    {
        if (!Directory.Exists(folder))
            throw ErrorCatalog.FileNotFound.Fails(folder, "there is no such folder");
        return [.. Directory.EnumerateFiles(folder, "*.h5", below ? SearchOption.AllDirectories : SearchOption.TopDirectoryOnly).Order(StringComparer.Ordinal)];
    }

    /// <inheritdoc cref="Hdf5SampleReader.Read"/>
    public string? Read(long index, Span<int> row)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((ulong)index, (ulong)Count, nameof(index));
        var found = Array.BinarySearch(_firstIndexes, index);
        var file = found >= 0 ? found : ~found - 1;
        // An empty file begins at the same index as the one after it.
        while (index - _firstIndexes[file] >= _files[file].Count)
            file++;
        return _files[file].Read(index - _firstIndexes[file], row);
    }

    public void Dispose()
    {
        foreach (var file in _files)
            file.Dispose();
    }
}
