using System.Diagnostics;
using Llava.Data.Loading;
using Llava.Model;

namespace Llava.Train;

/// <summary>The batches of a run, one step ahead of it: the next one is read and copied while the device computes.</summary>
sealed class UploadedBatches(LlavaDataLoader loader, LoaderPosition from, LlavaDataConfig config, int microBatchSequences, LlavaModel model) : IDisposable
{
    readonly IEnumerator<LlavaBatch> _batches = loader.Read(from, LoaderPass.Endless, cancellationToken: CancellationToken.None).GetEnumerator();
    UploadedBatch? _ahead;

    public UploadedBatch Take()
    {
        ReadAhead();
        var taken = _ahead!;
        _ahead = null;
        return taken;
    }

    public void ReadAhead() => _ahead ??= Read();

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
