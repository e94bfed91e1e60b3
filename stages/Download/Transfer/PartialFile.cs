using Llava.Contracts.Diagnostics;

namespace Llava.Download.Transfer;

/// <summary>
/// A file while it arrives: <c>&lt;target&gt;.partial</c>, and <c>&lt;target&gt;.from.partial</c> that says what it is the beginning of. Both stay when the run is
/// stopped; <see cref="Commit"/> renames the first. Only one run at a time can hold it.
/// </summary>
sealed class PartialFile : IDisposable
{
    readonly string _target;
    readonly long? _blobSizeBytes;
    readonly FileStream _stream;
    ContentHash _hash;

    PartialFile(string target, PartialIdentity identity, long? blobSizeBytes)
    {
        (_target, _blobSizeBytes, Identity) = (target, blobSizeBytes, identity);
        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        try
        {
            _stream = new FileStream(DataPath(target), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1 << 18);
        }
        catch (IOException held) when (File.Exists(DataPath(target)))
        {
            throw new DiagnosticException(ErrorCatalog.DownloadInProgress.At(target, "another run is downloading this file: wait for it, or stop it"), held);
        }
        _hash = new ContentHash(blobSizeBytes);
    }

    public PartialIdentity Identity { get; private set; }

    public long SizeBytes => _hash.SizeBytes;

    /// <summary>It has bytes that came over an earlier connection: what does not fit at the end may be their fault.</summary>
    public bool IsResumed { get; set; }

    public static string DataPath(string target) => $"{target}.partial";

    static string IdentityPath(string target) => $"{target}.from.partial";

    /// <summary>How much of the file is here, if what is here belongs to it.</summary>
    public static long SizeOnDisk(string target, PartialIdentity identity) =>
        Matches(PartialIdentity.TryRead(IdentityPath(target)), identity) && File.Exists(DataPath(target)) ? new FileInfo(DataPath(target)).Length : 0;

    /// <summary>Takes up what an earlier run left, where it is the beginning of the same content.</summary>
    public static async Task<PartialFile> OpenAsync(string target, PartialIdentity identity, long? blobSizeBytes, Action<long> advance, CancellationToken cancellation)
    {
        var partial = new PartialFile(target, identity, blobSizeBytes);
        try
        {
            if (PartialIdentity.TryRead(IdentityPath(target)) is { } found && Matches(found, identity))
            {
                partial.Identity = found;
                await partial._hash.AppendAsync(partial._stream, advance, cancellation);
                partial.IsResumed = partial.SizeBytes > 0;
            }
            else
            {
                partial._stream.SetLength(0);
            }
            return partial;
        }
        catch
        {
            partial.Dispose();
            throw;
        }
    }

    /// <summary>Throws away what is here; what comes next is of <paramref name="identity"/>.</summary>
    public void Restart(PartialIdentity identity)
    {
        _stream.SetLength(0);
        _stream.Position = 0;
        _hash.Dispose();
        _hash = new ContentHash(_blobSizeBytes);
        IsResumed = false;
        Identity = identity;
        identity.Write(IdentityPath(_target));
    }

    /// <exception cref="DiagnosticException">The disk is full or failing.</exception>
    public async Task AppendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        try
        {
            await _stream.WriteAsync(bytes, cancellation);
        }
        catch (IOException full)
        {
            throw new DiagnosticException(ErrorCatalog.CannotWrite.At(_target, full.Message), full);
        }
        _hash.Append(bytes.Span);
    }

    public ContentDigest Digest() => _hash.Current();

    public void Commit()
    {
        _stream.Flush(flushToDisk: true);
        _stream.Dispose();
        File.Move(DataPath(_target), _target, overwrite: true);
        File.Delete(IdentityPath(_target));
    }

    public void Dispose()
    {
        _stream.Dispose();
        _hash.Dispose();
        // A file that never got a byte says nothing.
        if (new FileInfo(DataPath(_target)) is { Exists: true, Length: 0 })
        {
            File.Delete(DataPath(_target));
            File.Delete(IdentityPath(_target));
        }
    }

    static bool Matches(PartialIdentity? found, PartialIdentity wanted) =>
        found is { CanGoOn: true } && found.Expected == wanted.Expected && (found.Expected is not null || found.Source == wanted.Source);
}
