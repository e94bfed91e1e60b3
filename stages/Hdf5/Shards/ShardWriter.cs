using System.Text;
using Llava.Contracts.Files;
using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Shards;

/// <summary>Writes the outcomes of one input file, in its order; the file appears whole at <see cref="Commit"/> or not at all.</summary>
sealed class ShardWriter : IDisposable
{
    readonly AtomicFile _file;
    readonly BinaryWriter _writer;
    long _count;

    public ShardWriter(string path)
    {
        _file = new AtomicFile(path);
        _writer = new BinaryWriter(_file.Stream, Encoding.UTF8, leaveOpen: true);
    }

    public void Append(SampleOutcome outcome)
    {
        _count++;
        _writer.Write((byte)Parts(outcome));
        _writer.Write7BitEncodedInt64(outcome.Line);
        if (outcome.Id is not null)
            _writer.Write(outcome.Id);
        if (outcome.Image is { } image)
        {
            _writer.Write((byte)image.State);
            _writer.Write(image.Path);
        }
        if (outcome.Characters is { } characters)
        {
            _writer.Write7BitEncodedInt64(characters);
            _writer.Write7BitEncodedInt64(outcome.Utf8Bytes);
        }
        if (outcome.Rejection is { } rejection)
        {
            _writer.Write(rejection.Code.Id);
            _writer.Write(rejection.Reason);
        }
        if (outcome.Finished is { } row)
            Write(row);
    }

    public void Commit()
    {
        _writer.Write((byte)ShardParts.End);
        _writer.Write(_count);
        _writer.Flush();
        _file.Commit();
    }

    // The writer keeps nothing of its own back, and would write to the closed file.
    public void Dispose() => _file.Dispose();

    static ShardParts Parts(SampleOutcome outcome) =>
        (outcome.Id is null ? 0 : ShardParts.Id)
        | (outcome.Image is null ? 0 : ShardParts.Image)
        | (outcome.Characters is null ? 0 : ShardParts.Texts)
        | (outcome.Rejection is null ? 0 : ShardParts.Rejection)
        | (outcome.Finished is null ? 0 : ShardParts.Row)
        | (outcome.Finished?.ImagePath is null ? 0 : ShardParts.RowPath);

    void Write(SampleOutcome.Row row)
    {
        if (row.ImagePath is not null)
            _writer.Write(row.ImagePath);
        _writer.Write(row.ImageIsFolder);
        var statistics = row.Statistics;
        _writer.Write7BitEncodedInt(statistics.Tokens);
        _writer.Write7BitEncodedInt(statistics.NonPadTokens);
        _writer.Write7BitEncodedInt(statistics.LossTokens);
        _writer.Write(statistics.HasLoss);
        _writer.Write7BitEncodedInt(statistics.DetokenizedCharacters);
        _writer.Write7BitEncodedInt(statistics.DetokenizedBytes);
        _writer.Write7BitEncodedInt(row.Compressed.Length);
        _writer.Write(row.Compressed);
    }
}
