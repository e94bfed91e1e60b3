using System.Net;
using Llava.Contracts.Diagnostics;
using Llava.Download.Http;
using Llava.Download.Planning;

namespace Llava.Download.Transfer;

/// <summary>Fetches one file: goes on where it stopped, hashes what arrives, and names it by its own name once it is what it should be.</summary>
sealed class FileTransfer(RemoteClient remote, Retries retries, TransferProgress progress, string lockFile)
{
    const int BufferBytes = 1 << 18;

    /// <exception cref="DiagnosticException">The transfer failed for good, or brought something else than it should.</exception>
    public async Task<ContentDigest> FetchAsync(PlannedFile file, CancellationToken cancellation)
    {
        using var partial = await PartialFile.OpenAsync(file.Target, file.Identity, file.Expected.GitBlobSha1 is null ? null : file.Expected.SizeBytes, progress.Advance, cancellation);
        while (true)
        {
            await retries.RunAsync(file.Label, () => ReceiveAsync(file, partial, cancellation), () => partial.SizeBytes, cancellation);
            var digest = partial.Digest();
            if (file.Expected.Fits(digest))
            {
                partial.Commit();
                return digest;
            }
            var wasResumed = partial.IsResumed;
            Restart(partial, file.Identity);
            // Bytes of two connections, perhaps of two days: what does not fit gets one more chance in one piece.
            if (!wasResumed)
                throw new DiagnosticException(Complaint(file, digest));
        }
    }

    Diagnostic Complaint(PlannedFile file, ContentDigest found) => file.Expected.IsLocked
        ? ErrorCatalog.NotAsLocked.At(lockFile, $"{file.Label}: locked is {file.Expected.Describe()}, but the source now gives {file.Expected.DescribeFound(found)}; if that is meant to be, move the lock with -p:UpdateLock=true (--update-lock)")
        : ErrorCatalog.WrongContent.At(file.Label, $"the source announces {file.Expected.Describe()}, but what arrived is {file.Expected.DescribeFound(found)}; it was thrown away");

    void Restart(PartialFile partial, PartialIdentity identity)
    {
        progress.Advance(-partial.SizeBytes);
        partial.Restart(identity);
    }

    async Task<bool> ReceiveAsync(PlannedFile file, PartialFile partial, CancellationToken cancellation)
    {
        if (partial.SizeBytes > 0 && (partial.SizeBytes > file.Expected.SizeBytes || !partial.Identity.CanGoOn))
            Restart(partial, file.Identity);
        if (partial.SizeBytes > 0 && partial.SizeBytes == file.Expected.SizeBytes)
            return true;
        partial.IsResumed |= partial.SizeBytes > 0;
        using var response = await remote.GetAsync(file.Address, partial.SizeBytes, partial.Identity.IfRange, cancellation);
        if (response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable)
            return IsWhole(file, partial, response);
        var total = response.StatusCode == HttpStatusCode.PartialContent ? TotalOfRest(file, partial, response) : TotalFromStart(file, partial, response);
        await CopyAsync(file, partial, response, total ?? file.Expected.SizeBytes, cancellation);
        return true;
    }

    /// <summary>416: there is nothing behind what is here already, or what is here is not of this file.</summary>
    bool IsWhole(PlannedFile file, PartialFile partial, HttpResponseMessage response)
    {
        if (response.Content.Headers.ContentRange?.Length is { } total && total == partial.SizeBytes && partial.SizeBytes > 0)
            return true;
        Restart(partial, file.Identity);
        throw TransferException.Passing("the server does not have the rest of what is here; beginning anew");
    }

    long? TotalOfRest(PlannedFile file, PartialFile partial, HttpResponseMessage response)
    {
        var range = response.Content.Headers.ContentRange;
        var answered = file.Identity.With(response);
        var isSame = range?.From == partial.SizeBytes
            && (range.Length is null || file.Expected.SizeBytes is null || range.Length == file.Expected.SizeBytes)
            && (partial.Identity.ETag is null || answered.ETag is null || partial.Identity.ETag == answered.ETag);
        if (isSame)
            return range!.Length;
        Restart(partial, file.Identity);
        throw TransferException.Passing("the server answers with a part of something else; beginning anew");
    }

    long? TotalFromStart(PlannedFile file, PartialFile partial, HttpResponseMessage response)
    {
        Restart(partial, file.Identity.With(response));
        var total = response.Content.Headers.ContentLength;
        if (total is null || file.Expected.SizeBytes is null || total == file.Expected.SizeBytes)
            return total;
        throw new DiagnosticException(file.Expected.IsLocked
            ? ErrorCatalog.NotAsLocked.At(lockFile, $"{file.Label}: locked is {file.Expected.Describe()}, but the source now gives {total} bytes; if that is meant to be, move the lock with -p:UpdateLock=true (--update-lock)")
            : ErrorCatalog.WrongContent.At(file.Label, $"the source announces {file.Expected.Describe()}, but sends {total} bytes"));
    }

    async Task CopyAsync(PlannedFile file, PartialFile partial, HttpResponseMessage response, long? total, CancellationToken cancellation)
    {
        var body = await response.Content.ReadAsStreamAsync(cancellation);
        var buffer = new byte[BufferBytes];
        int read;
        while ((read = await ReadAsync(body, buffer, cancellation)) > 0)
        {
            if (partial.SizeBytes + read > total)
                throw new TransferException(ErrorCatalog.BadAnswer, $"{RemoteClient.Show(file.Address)} sends more than the {total} bytes it announces", isPassing: false);
            await partial.AppendAsync(buffer.AsMemory(0, read), cancellation);
            progress.Receive(read);
        }
        if (partial.SizeBytes < total)
            throw TransferException.Passing($"the connection ended after {partial.SizeBytes} of {total} bytes");
    }

    async ValueTask<int> ReadAsync(Stream body, byte[] buffer, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(remote.Stall);
        try
        {
            return await body.ReadAsync(buffer, limit.Token);
        }
        catch (OperationCanceledException stalled) when (!cancellation.IsCancellationRequested)
        {
            throw TransferException.Passing($"nothing arrived for {remote.Stall.TotalSeconds:0.#} s", stalled);
        }
        catch (Exception dropped) when (dropped is IOException or HttpRequestException)
        {
            throw TransferException.Passing($"the connection broke: {dropped.Message}", dropped);
        }
    }
}
