using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;

namespace Llava.Hdf5.Tests.Golden;

/// <summary>An int32 array of numpy's own format, version 1.</summary>
sealed record NpyFile(int[] Shape, int[] Values)
{
    public static NpyFile Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        var headerLength = BitConverter.ToUInt16(bytes, 8);
        var header = Encoding.ASCII.GetString(bytes, 10, headerLength);
        Assert.Contains("'<i4'", header, StringComparison.Ordinal);
        Assert.Contains("'fortran_order': False", header, StringComparison.Ordinal);
        var shape = Regex.Match(header, @"'shape': \(([^)]*)\)").Groups[1].Value.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return new NpyFile([.. shape.Select(int.Parse)], MemoryMarshal.Cast<byte, int>(bytes.AsSpan(10 + headerLength)).ToArray());
    }
}
