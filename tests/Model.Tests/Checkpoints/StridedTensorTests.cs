using Llava.Model.Checkpoints;
using Llava.Model.Checkpoints.Torch;

namespace Llava.Model.Tests.Checkpoints;

/// <summary>Views of every order of dimensions, and one that is gathered in several pieces.</summary>
public sealed class StridedTensorTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void A_view_reads_the_same_whole_in_pieces_and_in_any_order(int elementBytes)
    {
        using var folder = new ScratchFolder();
        var random = new Random(elementBytes);
        var storage = new byte[60_000 * elementBytes];
        random.NextBytes(storage);
        File.WriteAllBytes(folder["storage"], storage);
        using var file = new FileRegion(folder["storage"]);
        for (var number = 0; number < 200; number++)
        {
            var (shape, strides) = DrawView(random);
            var expected = Gathered(storage, elementBytes, shape, strides);
            var whole = new byte[expected.Length];
            Open(file, elementBytes, shape, strides).Read(0, whole);
            Assert.Equal(expected, whole);
            ReadInPieces(Open(file, elementBytes, shape, strides), expected, random);
        }
    }

    [Fact]
    public void A_matrix_of_several_bands_is_turned()
    {
        const int Rows = 5003, Columns = 4001;
        using var folder = new ScratchFolder();
        var values = new ushort[Rows * Columns];
        for (var i = 0; i < values.Length; i++)
            values[i] = (ushort)(i * 31 + i / 977);
        File.WriteAllBytes(folder["storage"], System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray());
        using var file = new FileRegion(folder["storage"]);
        var tensor = Open(file, sizeof(ushort), [Columns, Rows], [1, Columns]);
        var block = new ushort[1 << 19];
        for (long start = 0; start < values.Length; start += block.Length)
        {
            var count = (int)Math.Min(block.Length, values.Length - start);
            tensor.Read(start * sizeof(ushort), System.Runtime.InteropServices.MemoryMarshal.AsBytes(block.AsSpan(0, count)));
            for (var i = 0; i < count; i++)
            {
                var (row, column) = Math.DivRem(start + i, Rows);
                if (block[i] != values[column * Columns + row])
                    Assert.Fail($"element {start + i} is {block[i]}, not {values[column * Columns + row]}");
            }
        }
    }

    // Some dimensions of 1, some strides of 0, steps over elements.
    static (long[] Shape, long[] Strides) DrawView(Random random)
    {
        while (true)
        {
            var dimensions = random.Next(1, 5);
            long[] shape = [.. Enumerable.Range(0, dimensions).Select(_ => (long)random.Next(1, dimensions < 3 ? 200 : 14))];
            var strides = new long[dimensions];
            var stride = random.Next(1, 3);
            foreach (var dimension in Enumerable.Range(0, dimensions).OrderBy(_ => random.Next()))
            {
                strides[dimension] = random.Next(8) == 0 ? 0 : stride;
                stride *= (int)shape[dimension] + random.Next(2);
            }
            if (shape.Zip(strides, (size, step) => (size - 1) * step).Sum() < 60_000)
                return (shape, strides);
        }
    }

    static byte[] Gathered(byte[] storage, int elementBytes, long[] shape, long[] strides)
    {
        var result = new List<byte>();
        for (long number = 0; number < shape.Aggregate(1L, (product, size) => product * size); number++)
        {
            var (left, element) = (number, 0L);
            for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
            {
                element += left % shape[dimension] * strides[dimension];
                left /= shape[dimension];
            }
            result.AddRange(storage.AsSpan((int)element * elementBytes, elementBytes));
        }
        return [.. result];
    }

    static void ReadInPieces(StoredTensor tensor, byte[] expected, Random random)
    {
        for (var count = 0; count < 20; count++)
        {
            var start = random.Next(expected.Length);
            var piece = new byte[random.Next(1, expected.Length - start + 1)];
            tensor.Read(start, piece);
            Assert.Equal(expected[start..(start + piece.Length)], piece);
        }
    }

    static StoredTensor Open(FileRegion file, int elementBytes, long[] shape, long[] strides)
    {
        var type = elementBytes switch { 1 => ElementType.UInt8, 2 => ElementType.Float16, 4 => ElementType.Float32, _ => ElementType.Float64 };
        return new StoredTensor(file, (0, file.Length), new TensorInfo("w", type, shape), new PickledTensor(new PickledStorage("0", type, file.Length / elementBytes), type, 0, shape, strides), new StridedBand());
    }
}
