using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Hdf5.Output;

/// <summary>The end of the pipeline: rows into files, rejections into the ledger, and the totals of both.</summary>
sealed class SampleCollector(SampleFileSequence files, DatasetTotals totals, QuarantineLedger ledger)
{
    const int NamedSamples = 5;

    public List<string> SamplesWithoutLoss { get; } = [];

    public void Collect(string file, SampleOutcome outcome)
    {
        totals.DocumentsRead++;
        if (outcome.Characters is { } characters)
        {
            totals.Processed++;
            totals.RawCharacters += characters;
            totals.RawBytes += outcome.Utf8Bytes;
        }
        if (outcome.Rejection is { } rejection)
        {
            totals.Discarded++;
            ledger.Add(new QuarantinedSample(file, outcome.Line, outcome.Id, rejection.Code, rejection.Reason));
        }
        if (outcome.Finished is not { } row)
            return;
        if (!row.Statistics.HasLoss && SamplesWithoutLoss.Count < NamedSamples)
            SamplesWithoutLoss.Add(new SourceLocation(file, (int)outcome.Line).ToString());
        files.Append(row);
    }
}
