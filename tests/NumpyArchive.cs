using System.Globalization;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Llava.Tests;

/// <summary>The arrays of a numpy .npz file (and a single .npy): little-endian numbers; Fortran order is put into C order.</summary>
sealed partial class NumpyArchive
{
    readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    NumpyArchive()
    {
    }

    public IEnumerable<string> Names => _files.Keys;

    public static NumpyArchive Open(string path)
    {
        var archive = new NumpyArchive();
        using var zip = ZipFile.OpenRead(path);
        foreach (var entry in zip.Entries)
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            archive._files[Path.GetFileNameWithoutExtension(entry.FullName)] = bytes.ToArray();
        }
        return archive;
    }

    public static NumpyArray ReadArray(string npyPath) => Parse(File.ReadAllBytes(npyPath));

    public bool Has(string name) => _files.ContainsKey(name);

    public NumpyArray this[string name] => _files.TryGetValue(name, out var file)
        ? Parse(file)
        : throw new KeyNotFoundException($"no array {name}; there are {string.Join(", ", Names)}");

    static NumpyArray Parse(byte[] file)
    {
        var isVersionOne = file[6] == 1;
        var headerLength = isVersionOne ? BitConverter.ToUInt16(file, 8) : BitConverter.ToInt32(file, 8);
        var headerStart = isVersionOne ? 10 : 12;
        var header = HeaderPattern().Match(Encoding.ASCII.GetString(file, headerStart, headerLength));
        if (!header.Success)
            throw new InvalidDataException("the header is not numpy's");
        long[] shape = [.. header.Groups["shape"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(size => long.Parse(size, CultureInfo.InvariantCulture))];
        var array = new NumpyArray(header.Groups["type"].Value, shape, file[(headerStart + headerLength)..]);
        return header.Groups["fortran"].Value == "True" ? array.FromFortranOrder() : array;
    }

    [GeneratedRegex(@"'descr': '(?<type>[^']+)', 'fortran_order': (?<fortran>True|False), 'shape': \((?<shape>[^)]*)\)")]
    private static partial Regex HeaderPattern();
}

/// <param name="Type">numpy's name: <c>&lt;f4</c>, <c>&lt;i8</c>, <c>&lt;U16</c>.</param>
/// <param name="Bytes">Row-major.</param>
sealed record NumpyArray(string Type, long[] Shape, byte[] Bytes)
{
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    public float[] Floats() => Type switch
    {
        "<f4" => MemoryMarshal.Cast<byte, float>(Bytes).ToArray(),
        "<f8" => [.. MemoryMarshal.Cast<byte, double>(Bytes).ToArray().Select(value => (float)value)],
        "<f2" => [.. MemoryMarshal.Cast<byte, Half>(Bytes).ToArray().Select(value => (float)value)],
        _ => throw new InvalidDataException($"{Type} is not a float type"),
    };

    public double[] Doubles() => Type == "<f8" ? MemoryMarshal.Cast<byte, double>(Bytes).ToArray() : [.. Floats().Select(value => (double)value)];

    public long[] Integers() => Type switch
    {
        "<i8" => MemoryMarshal.Cast<byte, long>(Bytes).ToArray(),
        "<i4" => [.. MemoryMarshal.Cast<byte, int>(Bytes).ToArray().Select(value => (long)value)],
        "|u1" => [.. Bytes.Select(value => (long)value)],
        "|b1" => [.. Bytes.Select(value => (long)value)],
        _ => throw new InvalidDataException($"{Type} is not an integer type"),
    };

    public string[] Texts()
    {
        var size = int.Parse(Type[2..], CultureInfo.InvariantCulture) * 4;
        return [.. Enumerable.Range(0, (int)Count).Select(index => Encoding.UTF32.GetString(Bytes, index * size, size).TrimEnd('\0'))];
    }

    internal NumpyArray FromFortranOrder()
    {
        var elementSize = Count == 0 ? 0 : (int)(Bytes.Length / Count);
        var reordered = new byte[Bytes.Length];
        var index = new long[Shape.Length];
        for (var position = 0L; position < Count; position++)
        {
            var source = 0L;
            for (var axis = Shape.Length - 1; axis >= 0; axis--)
                source = source * Shape[axis] + index[axis];
            Bytes.AsSpan((int)(source * elementSize), elementSize).CopyTo(reordered.AsSpan((int)(position * elementSize)));
            for (var axis = Shape.Length - 1; axis >= 0 && ++index[axis] == Shape[axis]; axis--)
                index[axis] = 0;
        }
        return this with { Bytes = reordered };
    }
}
