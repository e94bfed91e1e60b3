using System.Globalization;
using Llava.Data.Hdf5;
using Llava.Hdf5.Configuration;

namespace Llava.Hdf5.Output;

/// <summary>Rows one after another into <c>examples_0_0.h5</c>, <c>examples_1_0.h5</c>, …, as the reference names them with one process.</summary>
sealed class SampleFileSequence(string folder, ProcessingSection processing) : IDisposable
{
    readonly List<SampleOutcome.Row> _unsaved = [];
    Hdf5SampleWriter? _writer;

    public int FileCount { get; private set; }

    /// <summary>Of the rows in finished files.</summary>
    public required DatasetTotals Totals { get; init; }

    public void Append(SampleOutcome.Row row)
    {
        _writer ??= new Hdf5SampleWriter(Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{processing.OutputName}_{FileCount}_0.h5")), processing.MaxSeqLength);
        _writer.AppendCompressed(row.Compressed, row.ImagePath);
        _unsaved.Add(row with { Compressed = [] });
        if (_writer.Count == processing.FilesPerRecord)
            FinishFile();
    }

    /// <summary>The last file, unless <c>write_remainder</c> is off.</summary>
    public void Finish()
    {
        if (_writer is not null && processing.WriteRemainder)
            FinishFile();
    }

    public void Dispose() => _writer?.Dispose();

    void FinishFile()
    {
        _writer!.Commit();
        _writer.Dispose();
        _writer = null;
        FileCount++;
        foreach (var row in _unsaved)
            Totals.AddRow(row, processing.MaxSeqLength);
        _unsaved.Clear();
    }
}
