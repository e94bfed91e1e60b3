using System.Diagnostics;
using System.Runtime.ExceptionServices;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;
using Llava.Model;

namespace Llava.Train;

/// <summary>The batches of a run, one step ahead of it: the next one is read and copied while the device computes.</summary>
sealed class UploadedBatches(LlavaDataLoader loader, LoaderPosition from, LlavaDataConfig config, int microBatchSequences, LlavaModel model) : IDisposable
{
    readonly IEnumerator<LlavaBatch> _batches = loader.Read(from, LoaderPass.Endless, cancellationToken: CancellationToken.None).GetEnumerator();
    UploadedBatch? _ahead;
    ExceptionDispatchInfo? _failure;

    /// <exception cref="DiagnosticException">It cannot be read. Told here, and not while the step before it is made.</exception>
    public UploadedBatch Take()
    {
        ReadAhead();
        _failure?.Throw();
        var taken = _ahead!;
        _ahead = null;
        return taken;
    }

    public void ReadAhead()
    {
        try
        {
            if (_failure is null)
                _ahead ??= Read();
        }
        catch (DiagnosticException unreadable)
        {
            _failure = ExceptionDispatchInfo.Capture(unreadable);
        }
    }

    UploadedBatch Read()
    {
        if (!_batches.MoveNext())
            throw new UnreachableException("the loader's endless pass has ended");
        using var batch = _batches.Current;
        return new UploadedBatch([.. BatchTensors.Split(batch, config, microBatchSequences, model)], batch.Next);
    }

    public void Dispose()
    {
        _ahead?.Dispose();
        _batches.Dispose();
    }
}
