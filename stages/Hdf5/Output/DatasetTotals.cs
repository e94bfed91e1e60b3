namespace Llava.Hdf5.Output;

/// <summary>What <c>data_params.json</c> says about the rows written, and about the documents read.</summary>
sealed class DatasetTotals
{
    public const int HistogramBins = 16;

    public long DocumentsRead { get; set; }

    /// <summary>Documents that could be read as conversations: the reference's <c>processed_files</c>.</summary>
    public long Processed { get; set; }

    public long Discarded { get; set; }

    public long RawCharacters { get; set; }

    public long RawBytes { get; set; }

    public long Rows { get; private set; }

    public long ImageFolders { get; private set; }

    public long TextOnlyRows { get; private set; }

    public long Tokens { get; private set; }

    public long NonPadTokens { get; private set; }

    public long LossTokens { get; private set; }

    public long DetokenizedCharacters { get; private set; }

    public long DetokenizedBytes { get; private set; }

    public long RowsWithoutLoss { get; private set; }

    /// <summary>Rows by length, in equal steps up to max_seq_length.</summary>
    public long[] LengthHistogram { get; } = new long[HistogramBins];

    public void AddRow(SampleOutcome.Row written, int maxSequenceLength)
    {
        var row = written.Statistics;
        Rows++;
        TextOnlyRows += written.ImagePath is null ? 1 : 0;
        ImageFolders += written.ImageIsFolder ? 1 : 0;
        Tokens += row.Tokens;
        NonPadTokens += row.NonPadTokens;
        LossTokens += row.LossTokens;
        DetokenizedCharacters += row.DetokenizedCharacters;
        DetokenizedBytes += row.DetokenizedBytes;
        RowsWithoutLoss += row.HasLoss ? 0 : 1;
        LengthHistogram[Math.Min(HistogramBins - 1, (int)((long)row.Tokens * HistogramBins / (maxSequenceLength + 1)))]++;
    }
}
