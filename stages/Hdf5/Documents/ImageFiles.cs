namespace Llava.Hdf5.Documents;

/// <summary>
/// Which images are there. What was looked for lately is remembered, since many datasets ask several questions about a picture.
/// Thread-safe: an entry is immutable and published by one reference write.
/// </summary>
sealed class ImageFiles(string? folder)
{
    const int SlotCount = 1 << 12;

    readonly Entry?[] _slots = new Entry?[SlotCount];

    public ImageCheck Check(string path)
    {
        ref var slot = ref _slots[(uint)string.GetHashCode(path, StringComparison.Ordinal) % SlotCount];
        if (slot is { } known && known.Check.Path == path)
            return known.Check;
        var check = new ImageCheck(path, Look(path));
        slot = new Entry(check);
        return check;
    }

    ImageState Look(string path)
    {
        if (path.Contains('\0'))
            return ImageState.Missing;
        var full = Path.Combine(folder!, path);
        return File.Exists(full) ? ImageState.File : Directory.Exists(full) ? ImageState.Folder : ImageState.Missing;
    }

    sealed record Entry(ImageCheck Check);
}
