namespace Llava.Model.Checkpoints.Torch;

/// <summary>Little-endian fields of a zip header, one after the other.</summary>
sealed class ZipRecord
{
    readonly MemoryStream _bytes = new();
    readonly BinaryWriter _writer;

    public ZipRecord() => _writer = new BinaryWriter(_bytes);

    public ZipRecord U16(ushort value)
    {
        _writer.Write(value);
        return this;
    }

    public ZipRecord U32(uint value)
    {
        _writer.Write(value);
        return this;
    }

    public ZipRecord U64(long value)
    {
        _writer.Write(value);
        return this;
    }

    public ZipRecord Bytes(ReadOnlySpan<byte> value)
    {
        _writer.Write(value);
        return this;
    }

    public void WriteTo(Stream stream) => stream.Write(_bytes.GetBuffer(), 0, (int)_bytes.Length);
}
