namespace Llava.Model.Checkpoints.Torch;

/// <summary>What the few known classes and functions mean, as descriptions; nothing is run.</summary>
static class PickledTensors
{
    const int MaximumDimensions = 64; // torch's own limit

    /// <summary><c>("storage", storage class, key, location, element count)</c></summary>
    public static PickledStorage Storage(object?[] arguments)
    {
        if (arguments is not ["storage", PickledGlobal { IsStorage: true } type, string key, _, long count, ..])
            throw new FormatException("a persistent id that is no storage");
        return new PickledStorage(key, type.StorageElementType, count);
    }

    public static object? Build(PickledGlobal global, object?[] arguments) => global.FullName switch
    {
        "collections.OrderedDict" => OrderedDictionary(arguments),
        "torch.Size" => arguments is [object?[] dimensions] ? dimensions : throw new FormatException("torch.Size of no tuple"),
        "torch._utils._rebuild_tensor_v2" or "torch._utils._rebuild_tensor" => Tensor(arguments),
        "torch._utils._rebuild_parameter" => arguments is [PickledTensor tensor, ..] ? tensor : throw new FormatException("a parameter of no tensor"),
        _ => throw new FormatException($"{global.FullName} is called"),
    };

    static PickledTensor Tensor(object?[] arguments)
    {
        if (arguments is not [PickledStorage storage, long offset, object?[] shape, object?[] strides, ..] || shape.Length != strides.Length || shape.Length > MaximumDimensions)
            throw new FormatException("a tensor without storage, offset, shape and strides");
        if (storage.ElementType is not { } type)
            throw new FormatException("a tensor of an untyped storage");
        return new PickledTensor(storage, type, offset, Numbers(shape), Numbers(strides));
    }

    static PickledDictionary OrderedDictionary(object?[] arguments)
    {
        var dictionary = new PickledDictionary();
        if (arguments is [List<object?> pairs])
        {
            foreach (var (key, value) in pairs.Select(Pair))
                dictionary.Add(key, value);
        }
        else if (arguments.Length > 0)
            throw new FormatException("an OrderedDict of no pairs");
        return dictionary;
    }

    static (object? Key, object? Value) Pair(object? pair) => pair switch
    {
        object?[] and [var key, var value] => (key, value),
        List<object?> and [var key, var value] => (key, value),
        _ => throw new FormatException("an OrderedDict of no pairs"),
    };

    static long[] Numbers(object?[] values) => [.. values.Select(value => value is long number ? number : throw new FormatException("a size that is no whole number"))];
}
