using System.Buffers;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Llava.Model.Checkpoints;

namespace Llava.Conversion.Certificates;

/// <summary>
/// Passes a tensor's bytes on, and hashes them and counts the values that are not finite on another thread meanwhile. Lends its
/// buffers to whoever writes, so that no byte is copied on the way.
/// </summary>
sealed class InspectionStream(Stream inner, ElementType type, Action<int> onWritten) : Stream, IBufferWriter<byte>
{
    const int Buffers = 4; // how many blocks the inspection may be behind

    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    readonly byte[][] _blocks = [.. Enumerable.Repeat(Array.Empty<byte>(), Buffers)];
    readonly Task[] _inspections = [.. Enumerable.Repeat(Task.CompletedTask, Buffers)];

    Task _latest = Task.CompletedTask;
    int _next;
    long _notFinite;

    /// <summary>Of everything written so far.</summary>
    public long NotFinite
    {
        get
        {
            _latest.GetAwaiter().GetResult();
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
        _latest.GetAwaiter().GetResult();
        return System.Convert.ToHexStringLower(_hash.GetHashAndReset());
    }

    /// <summary>The next block to fill, as long as is asked for; <see cref="Advance"/> writes it.</summary>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        _inspections[_next].GetAwaiter().GetResult();
        if (_blocks[_next].Length < Math.Max(1, sizeHint))
        {
            ArrayPool<byte>.Shared.Return(_blocks[_next]);
            _blocks[_next] = ArrayPool<byte>.Shared.Rent(Math.Max(1, sizeHint));
        }
        return _blocks[_next];
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public void Advance(int count)
    {
        var block = _blocks[_next];
        _inspections[_next] = _latest = _latest.ContinueWith(before => Inspect(block.AsSpan(0, count)), CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        _next = (_next + 1) % Buffers;
        inner.Write(block, 0, count);
        onWritten(count);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        buffer.CopyTo(GetSpan(buffer.Length));
        Advance(buffer.Length);
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
            ((IAsyncResult)_latest).AsyncWaitHandle.WaitOne();
            _hash.Dispose();
            foreach (var block in _blocks)
                ArrayPool<byte>.Shared.Return(block);
        }
        base.Dispose(disposing);
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
