using Llava.Model.Checkpoints;

namespace Llava.Model.Tests.Checkpoints;

static class SampleTensors
{
    /// <summary>Tensors of each element type that every container holds, scalars, empty ones and odd sizes among them; bytes drawn from the seed.</summary>
    public static IReadOnlyList<TensorSource> All(int seed = 1)
    {
        var random = new Random(seed);
        var tensors = new List<TensorSource>();
        long[][] shapes = [[3, 5], [7], [], [0, 4], [2, 3, 2, 2]];
        foreach (var type in Enum.GetValues<ElementType>().Where(type => type.TorchStorageName() is not null))
        {
            foreach (var shape in shapes)
                tensors.Add(Draw($"layer.{tensors.Count}.{type}", type, shape, random));
        }
        return tensors;
    }

    public static TensorSource Draw(string name, ElementType type, long[] shape, Random random)
    {
        var bytes = new byte[TensorShape.ByteLength(type, shape)!.Value];
        random.NextBytes(bytes);
        return TensorSource.FromBytes(name, type, shape, bytes);
    }

    public static byte[] BytesOf(TensorSource tensor)
    {
        using var stream = new MemoryStream();
        tensor.CopyTo(stream);
        return stream.ToArray();
    }

    public static void AssertHolds(ICheckpointReader reader, IReadOnlyList<TensorSource> tensors)
    {
        Assert.Equal(tensors.Select(tensor => tensor.Info.Name).Order(StringComparer.Ordinal), reader.Tensors.Select(info => info.Name));
        foreach (var tensor in tensors)
        {
            var info = reader.Get(tensor.Info.Name);
            Assert.Equal(tensor.Info.ToString(), info.ToString());
            Assert.Equal(BytesOf(tensor), reader.ReadBytes(info.Name));
        }
    }

    public static void AssertEqual(ICheckpointReader expected, ICheckpointReader actual)
    {
        Assert.Equal(expected.Tensors.Select(info => $"{info.Name} {info}"), actual.Tensors.Select(info => $"{info.Name} {info}"));
        Assert.All(expected.Tensors, info => Assert.Equal(expected.ReadBytes(info.Name), actual.ReadBytes(info.Name)));
    }
}
