using System.Buffers.Binary;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Tests;

/// <summary>A torch file whose matrices are transposed views of what is stored, as a checkpoint of Conv1D weights or of <c>.t()</c> has them.</summary>
static class TransposedWeights
{
    const int LongestPickle = 1 << 20;

    /// <summary>Puts one with the same keys and shapes, and other values, in the place of a folder's checkpoint.</summary>
    public static void Replace(string folder)
    {
        string[] written;
        using (var source = CheckpointFolder.Open(folder))
        {
            var turned = source.Tensors.Select(tensor => new TensorSource(tensor with { Shape = [.. tensor.Shape.Reverse()] }, stream => source.CopyTo(tensor, stream)));
            written = [.. new CheckpointWriter().Write(folder, CheckpointFormat.Bin, turned)];
        }
        Turn(Path.Combine(folder, Assert.Single(written)));
    }

    // In the pickle, shape (C, R) and strides (R, 1) become (R, C) and (1, R).
    static void Turn(string path)
    {
        using var file = File.Open(path, FileMode.Open);
        var pickle = new byte[Math.Min(LongestPickle, file.Length)];
        file.ReadExactly(pickle);
        var turned = 0;
        for (var at = 0; at < pickle.Length - 24; at++)
        {
            var place = pickle.AsSpan(at, 24);
            if (IsPair(place[..12]) && IsPair(place[12..]) && Number(place, 7).SequenceEqual(Number(place, 14)) && BinaryPrimitives.ReadInt32LittleEndian(Number(place, 19)) == 1)
            {
                Swap(place[..12]);
                Swap(place[12..]);
                turned++;
            }
        }
        Assert.NotEqual(0, turned);
        file.Position = 0;
        file.Write(pickle);
    }

    // (J....J....t
    static bool IsPair(ReadOnlySpan<byte> tuple) => tuple[0] == '(' && tuple[1] == 'J' && tuple[6] == 'J' && tuple[11] == 't';

    static Span<byte> Number(Span<byte> pickle, int at) => pickle.Slice(at, 4);

    static void Swap(Span<byte> tuple)
    {
        var first = tuple[2..6].ToArray();
        tuple[7..11].CopyTo(tuple[2..]);
        first.CopyTo(tuple[7..]);
    }
}
