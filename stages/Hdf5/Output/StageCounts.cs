using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;

namespace Llava.Hdf5.Output;

/// <summary>The counts of <c>stage.json</c>: what the reference reports, missing images, the share of supervised tokens and the lengths.</summary>
static class StageCounts
{
    public static void Report(DatasetTotals totals, QuarantineLedger ledger, int maxSequenceLength, IStageLog log)
    {
        log.Count("samples_read", totals.DocumentsRead);
        log.Count("samples_processed", totals.Processed);
        log.Count("samples_discarded", totals.Discarded);
        log.Count("samples_successful", totals.DocumentsRead - totals.Discarded);
        log.Count("raw_characters", totals.RawCharacters);
        log.Count("raw_bytes", totals.RawBytes);
        log.Count("rows_written", totals.Rows);
        log.Count("rows_text_only", totals.TextOnlyRows);
        log.Count("rows_without_loss", totals.RowsWithoutLoss);
        log.Count("tokens", totals.Tokens);
        log.Count("tokens_with_loss", totals.LossTokens);
        log.Count("share_of_tokens_with_loss", totals.Tokens == 0 ? 0 : Math.Round((double)totals.LossTokens / totals.Tokens, 6));
        log.Count("images_missing", ledger.Samples().Count(sample => sample.Code == ErrorCatalog.SampleImageMissing));
        ReportLengths(totals, maxSequenceLength, log);
    }

    /// <summary><c>rows_of_0129_to_0256_tokens</c>: equal steps up to max_seq_length.</summary>
    static void ReportLengths(DatasetTotals totals, int maxSequenceLength, IStageLog log)
    {
        var digits = maxSequenceLength.ToString(CultureInfo.InvariantCulture).Length;
        for (var bin = 0; bin < DatasetTotals.HistogramBins; bin++)
        {
            var (first, last) = (FirstOf(bin), Math.Min(maxSequenceLength, FirstOf(bin + 1) - 1));
            if (first <= last)
                log.Count($"rows_of_{first.ToString($"D{digits}", CultureInfo.InvariantCulture)}_to_{last.ToString($"D{digits}", CultureInfo.InvariantCulture)}_tokens", totals.LengthHistogram[bin]);
        }

        // The least length whose bin is this one.
        int FirstOf(int index) => (int)(((long)index * (maxSequenceLength + 1) + DatasetTotals.HistogramBins - 1) / DatasetTotals.HistogramBins);
    }
}
