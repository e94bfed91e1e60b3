using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>Passes a tensor's bytes on while hashing them and counting the values that are not finite.</summary>
sealed class InspectionStream(Stream inner, ElementType type, Action<int> onWritten) : Stream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    public long NotFinite { get; private set; }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public string Hash() => System.Convert.ToHexStringLower(_hash.GetHashAndReset());

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        inner.Write(buffer);
        _hash.AppendData(buffer);
        NotFinite += CountNotFinite(buffer);
        onWritten(buffer.Length);
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush() => inner.Flush();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _hash.Dispose();
        base.Dispose(disposing);
    }

    // An exponent of all ones is NaN or infinity.
    long CountNotFinite(ReadOnlySpan<byte> bytes) => type switch
    {
        ElementType.Float32 => CountExponents<uint>(MemoryMarshal.Cast<byte, uint>(bytes), 0x7f800000),
        ElementType.Float16 => CountExponents<ushort>(MemoryMarshal.Cast<byte, ushort>(bytes), 0x7c00),
        ElementType.BFloat16 => CountExponents<ushort>(MemoryMarshal.Cast<byte, ushort>(bytes), 0x7f80),
        ElementType.Float64 => CountExponents<ulong>(MemoryMarshal.Cast<byte, ulong>(bytes), 0x7ff0000000000000),
        _ => 0,
    };

    static long CountExponents<T>(ReadOnlySpan<T> values, T mask) where T : unmanaged, IBinaryInteger<T>
    {
        long count = 0;
        var vectors = MemoryMarshal.Cast<T, Vector<T>>(values);
        var wanted = new Vector<T>(mask);
        for (var i = 0; i < vectors.Length; i++)
        {
            if (Vector.EqualsAny(vectors[i] & wanted, wanted))
                count += CountOneByOne(values.Slice(i * Vector<T>.Count, Vector<T>.Count), mask);
        }
        return count + CountOneByOne(values[(vectors.Length * Vector<T>.Count)..], mask);
    }

    static long CountOneByOne<T>(ReadOnlySpan<T> values, T mask) where T : unmanaged, IBinaryInteger<T>
    {
        long count = 0;
        foreach (var value in values)
            count += (value & mask) == mask ? 1 : 0;
        return count;
    }
}
