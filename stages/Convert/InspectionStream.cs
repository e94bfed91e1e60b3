using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>
/// Passes a tensor's bytes on, and hashes them and counts the values that are not finite on another thread meanwhile, a block behind.
/// </summary>
sealed class InspectionStream(Stream inner, ElementType type, Action<int> onWritten) : Stream
{
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    byte[] _block = [], _inspected = [];
    Task _inspection = Task.CompletedTask;
    long _notFinite;

    /// <summary>Of everything written so far.</summary>
    public long NotFinite
    {
        get
        {
            _inspection.GetAwaiter().GetResult();
            return _notFinite;
        }
    }

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public string Hash()
    {
        _inspection.GetAwaiter().GetResult();
        return System.Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        var (block, count) = (Reserve(buffer.Length), buffer.Length);
        buffer.CopyTo(block);
        _inspection.GetAwaiter().GetResult();
        (_block, _inspected) = (_inspected, block);
        _inspection = Task.Run(() => Inspect(block.AsSpan(0, count)));
        inner.Write(buffer);
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
        {
            ((IAsyncResult)_inspection).AsyncWaitHandle.WaitOne();
            _hash.Dispose();
            ArrayPool<byte>.Shared.Return(_block);
            ArrayPool<byte>.Shared.Return(_inspected);
        }
        base.Dispose(disposing);
    }

    byte[] Reserve(int count)
    {
        if (_block.Length < count)
        {
            ArrayPool<byte>.Shared.Return(_block);
            _block = ArrayPool<byte>.Shared.Rent(count);
        }
        return _block;
    }

    void Inspect(ReadOnlySpan<byte> bytes)
    {
        _hash.AppendData(bytes);
        _notFinite += CountNotFinite(bytes);
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
