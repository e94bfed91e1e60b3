namespace Llava.Tests;

/// <summary>A copy of a file that is damaged in place and mended again, case after case.</summary>
sealed class MutatedFile : IDisposable
{
    readonly byte[] _original;
    readonly (int Start, int Length)[] _structure;
    readonly FileStream _file;
    readonly List<(int At, int Length)> _changed = [];

    /// <param name="structure">Where the parser looks: header, pickle, directory.</param>
    public MutatedFile(string path, byte[] original, params (int Start, int Length)[] structure)
    {
        (Path, _original, _structure) = (path, original, structure);
        _file = new FileStream(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        _file.Write(original);
    }

    public string Path { get; }

    public int Length => _original.Length;

    public int StructureLength => _structure.Sum(part => part.Length);

    /// <summary>One to four changes, most of them in the structure: bytes drawn, bits flipped, runs of 0 or 255, repeats, numbers and pickle instructions, cuts.</summary>
    public void Damage(Random random)
    {
        for (var count = random.Next(1, 5); count > 0; count--)
        {
            if (random.Next(40) == 0)
            {
                _file.SetLength(random.Next(1, Length));
                return;
            }
            var at = Place(random);
            Write(at, Change(at, random));
        }
    }

    /// <summary>Everything as it was.</summary>
    public void Mend()
    {
        var kept = (int)_file.Length;
        if (kept < Length)
            Write(kept, _original.AsSpan(kept), remember: false);
        foreach (var (at, length) in _changed)
            Write(at, _original.AsSpan(at, length), remember: false);
        _changed.Clear();
    }

    public void Dispose() => _file.Dispose();

    int Place(Random random)
    {
        if (random.Next(4) == 0)
            return random.Next(Length);
        var (start, length) = _structure[random.Next(_structure.Length)];
        return start + random.Next(length);
    }

    byte[] Change(int at, Random random)
    {
        var room = Length - at;
        switch (random.Next(5))
        {
            case 0:
                return [(byte)random.Next(256)];
            case 1:
                return [(byte)(_original[at] ^ (1 << random.Next(8)))];
            case 2:
                return [.. Enumerable.Repeat((byte)(random.Next(2) * 255), Math.Min(random.Next(1, 9), room))];
            case 3:
                var from = Place(random);
                return _original[from..(from + Math.Min(random.Next(1, 40), Math.Min(room, Length - from)))];
            default:
                return [(byte)"0123456789}](.)qrhQRtu\x94"[random.Next(23)]];
        }
    }

    void Write(int at, ReadOnlySpan<byte> bytes, bool remember = true)
    {
        if (remember)
            _changed.Add((at, bytes.Length));
        RandomAccess.Write(_file.SafeFileHandle, bytes, at);
    }
}
