using System.Buffers.Binary;
using System.IO.Compression;
using System.Runtime.InteropServices;
using System.Text;

namespace Llava.Data.Tests.Images;

/// <summary>A little-endian, C-ordered <c>.npy</c>, alone or as an entry of an <c>.npz</c>.</summary>
static class NumpyFile
{
    public static T[] Read<T>(string path, string descr) where T : unmanaged => Parse<T>(File.ReadAllBytes(path), descr);

    public static T[] ReadFromArchive<T>(string path, string name, string descr) where T : unmanaged
    {
        using var archive = ZipFile.OpenRead(path);
        using var stream = archive.GetEntry($"{name}.npy")!.Open();
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return Parse<T>(copy.ToArray(), descr);
    }

    static T[] Parse<T>(byte[] file, string descr) where T : unmanaged
    {
        var headerLength = BinaryPrimitives.ReadUInt16LittleEndian(file.AsSpan(8));
        Assert.Contains($"'descr': '{descr}', 'fortran_order': False", Encoding.ASCII.GetString(file, 10, headerLength));
        return MemoryMarshal.Cast<byte, T>(file.AsSpan(10 + headerLength)).ToArray();
    }
}
