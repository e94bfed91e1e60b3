using System.Globalization;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>The pickle, protocol 2, of a dict from names to tensors whose storages are <c>data/0</c>, <c>data/1</c>, …</summary>
sealed class PickleWriter
{
    readonly MemoryStream _bytes = new();

    public static byte[] StateDictionary(IReadOnlyList<TensorInfo> tensors, string? section)
    {
        var writer = new PickleWriter();
        writer.Code(0x80, 2);
        if (section is not null)
        {
            writer.Code('}');
            writer.Text(section);
        }
        writer.Code('}', '(');
        for (var i = 0; i < tensors.Count; i++)
        {
            writer.Text(tensors[i].Name);
            writer.Tensor(tensors[i], i);
        }
        writer.Code('u');
        if (section is not null)
            writer.Code('s');
        writer.Code('.');
        return writer._bytes.ToArray();
    }

    void Tensor(TensorInfo tensor, int storage)
    {
        Global("torch._utils", "_rebuild_tensor_v2");
        Code('(', '(');
        Text("storage");
        Global("torch", tensor.ElementType.TorchStorageName()
            ?? throw new DiagnosticException(ErrorCatalog.UnsupportedTensor.Says($"{tensor.Name} {tensor} has no place in a torch file; write safetensors")));
        Text(storage.ToString(CultureInfo.InvariantCulture));
        Text("cpu");
        Integer(tensor.ElementCount);
        Code('t', 'Q');
        Integer(0);
        Tuple(tensor.Shape);
        Tuple(Strides(tensor.Shape));
        Code(0x89);
        Global("collections", "OrderedDict");
        Code(')', 'R', 't', 'R');
    }

    static long[] Strides(IReadOnlyList<long> shape)
    {
        var strides = new long[shape.Count];
        long stride = 1;
        for (var i = shape.Count - 1; i >= 0; i--)
        {
            strides[i] = stride;
            stride *= Math.Max(1, shape[i]);
        }
        return strides;
    }

    void Tuple(IReadOnlyList<long> values)
    {
        Code('(');
        foreach (var value in values)
            Integer(value);
        Code('t');
    }

    void Integer(long value)
    {
        if (value is >= 0 and <= int.MaxValue)
        {
            Code('J');
            _bytes.Write(BitConverter.GetBytes((int)value));
            return;
        }
        Code(0x8a, 8);
        _bytes.Write(BitConverter.GetBytes(value));
    }

    void Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Code('X');
        _bytes.Write(BitConverter.GetBytes(bytes.Length));
        _bytes.Write(bytes);
    }

    void Global(string module, string name) => _bytes.Write(Encoding.ASCII.GetBytes($"c{module}\n{name}\n"));

    void Code(params ReadOnlySpan<int> codes)
    {
        foreach (var code in codes)
            _bytes.WriteByte((byte)code);
    }
}
