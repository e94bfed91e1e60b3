using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Llava.Contracts.Files;

/// <summary>
/// Writes a large file past the system's cache (O_DIRECT, where the file system has it), on a thread of its own. Through the cache every
/// byte would be copied once more, push what is read out of the memory, and wait for the flush at the end. Bytes that are already
/// written can be written over; nothing can be read. <see cref="Finish"/> completes the file.
/// </summary>
public sealed partial class LargeFileStream(FileStream file) : Stream
{
    const int BlockBytes = 4 << 20, Blocks = 3, Alignment = 4096;
    const int SetFlags = 4, WithoutFlags = 0; // fcntl's F_SETFL

    readonly List<(long Offset, byte[] Bytes)> _corrections = [];
    readonly nint[] _blocks = new nint[Blocks];
    readonly Task[] _writes = [.. Enumerable.Repeat(Task.CompletedTask, Blocks)];
    Task _latest = Task.CompletedTask;
    int _current, _filled;
    long _written, _position;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => _written + _filled;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        if (_position != Length)
        {
            _corrections.Add((_position, buffer.ToArray()));
            _position += buffer.Length;
            return;
        }
        _position += buffer.Length;
        while (buffer.Length > 0)
        {
            var count = Math.Min(buffer.Length, BlockBytes - _filled);
            buffer[..count].CopyTo(Current()[_filled..]);
            _filled += count;
            buffer = buffer[count..];
            if (_filled == BlockBytes)
                StartWriting();
        }
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    /// <summary>Everything is with the system when it returns; the caller flushes to the disk.</summary>
    /// <exception cref="IOException">The disk is full, or fails.</exception>
    public void Finish()
    {
        _latest.GetAwaiter().GetResult();
        SetDirect(false);
        RandomAccess.Write(file.SafeFileHandle, Current()[.._filled], _written);
        foreach (var (offset, bytes) in _corrections)
            RandomAccess.Write(file.SafeFileHandle, bytes, offset);
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    /// <summary>Does not close the file.</summary>
    protected override unsafe void Dispose(bool disposing)
    {
        ((IAsyncResult)_latest).AsyncWaitHandle.WaitOne();
        foreach (var block in _blocks)
            NativeMemory.AlignedFree((void*)block);
        Array.Clear(_blocks);
        base.Dispose(disposing);
    }

    unsafe Span<byte> Current()
    {
        if (_blocks[_current] == 0)
            _blocks[_current] = (nint)NativeMemory.AlignedAlloc(BlockBytes, Alignment);
        return BytesOf(_blocks[_current]);
    }

    void StartWriting()
    {
        if (_written == 0)
            SetDirect(true);
        var (block, offset) = (_blocks[_current], _written);
        _writes[_current] = _latest = WriteAfter(_latest, block, offset);
        (_written, _filled, _current) = (_written + BlockBytes, 0, (_current + 1) % Blocks);
        _writes[_current].GetAwaiter().GetResult();
    }

    // A failed write fails all that follow, and with them whoever waits for one.
    async Task WriteAfter(Task before, nint block, long offset)
    {
        await before.ConfigureAwait(false);
        await Task.Run(() => RandomAccess.Write(file.SafeFileHandle, BytesOf(block), offset)).ConfigureAwait(false);
    }

    static unsafe Span<byte> BytesOf(nint block) => new((void*)block, BlockBytes);

    // Where it is refused (some file systems know no O_DIRECT) the writes go through the cache.
    void SetDirect(bool direct)
    {
        if (OperatingSystem.IsLinux())
            _ = fcntl(file.SafeFileHandle, SetFlags, direct ? DirectFlag : WithoutFlags);
    }

    static int DirectFlag => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? 0x10000 : 0x4000;

    [LibraryImport("libc")]
    private static partial int fcntl(SafeFileHandle file, int command, int argument);
}
