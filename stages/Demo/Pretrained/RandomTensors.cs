using Llava.Model.Checkpoints;

namespace Llava.Demo.Pretrained;

/// <summary>Float32 tensors drawn from a seed. Each has a sequence of its own, so that none depends on what is drawn before it.</summary>
sealed class RandomTensors(long seed)
{
    readonly List<TensorSource> _tensors = [];

    public IReadOnlyList<TensorSource> All => _tensors;

    public void Normal(string name, double standardDeviation, params long[] shape)
    {
        var numbers = new SeededNumbers(seed, name);
        var values = new float[TensorShape.ElementCount(shape)!.Value];
        for (var element = 0; element < values.Length; element++)
            values[element] = (float)(numbers.Normal() * standardDeviation);
        _tensors.Add(TensorSource.FromFloats(name, shape, values));
    }

    public void Constant(string name, float value, params long[] shape)
    {
        var values = new float[TensorShape.ElementCount(shape)!.Value];
        Array.Fill(values, value);
        _tensors.Add(TensorSource.FromFloats(name, shape, values));
    }
}
