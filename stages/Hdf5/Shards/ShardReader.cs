using System.Text;
using Llava.Contracts.Diagnostics;
using Llava.Hdf5.Documents;
using Llava.Hdf5.Features;

namespace Llava.Hdf5.Shards;

/// <summary>Reads what <see cref="ShardWriter"/> wrote.</summary>
sealed class ShardReader(string path) : IDisposable
{
    static readonly Dictionary<string, ErrorCode> Codes = ErrorCatalog.All.ToDictionary(code => code.Id, StringComparer.Ordinal);

    readonly BinaryReader _reader = new(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16, FileOptions.SequentialScan), Encoding.UTF8);

    /// <exception cref="InvalidDataException">The file is damaged; or <see cref="EndOfStreamException"/>.</exception>
    public IEnumerable<SampleOutcome> Outcomes()
    {
        var count = 0L;
        for (var parts = ReadParts(); !parts.HasFlag(ShardParts.End); parts = ReadParts(), count++)
            yield return ReadOutcome(parts);
        if (_reader.ReadInt64() != count)
            throw new InvalidDataException($"{path} does not hold as many samples as it says");
    }

    public void Dispose() => _reader.Dispose();

    ShardParts ReadParts() => (ShardParts)_reader.ReadByte();

    SampleOutcome ReadOutcome(ShardParts parts)
    {
        var line = _reader.Read7BitEncodedInt64();
        var id = parts.HasFlag(ShardParts.Id) ? _reader.ReadString() : null;
        ImageCheck? image = null;
        if (parts.HasFlag(ShardParts.Image))
        {
            var state = (ImageState)_reader.ReadByte();
            image = new ImageCheck(_reader.ReadString(), state);
        }
        long? characters = parts.HasFlag(ShardParts.Texts) ? _reader.Read7BitEncodedInt64() : null;
        var bytes = parts.HasFlag(ShardParts.Texts) ? _reader.Read7BitEncodedInt64() : 0;
        var rejection = parts.HasFlag(ShardParts.Rejection) ? new SampleRejection(CodeOf(_reader.ReadString()), _reader.ReadString()) : null;
        return new SampleOutcome(line, id, image, characters, bytes, rejection, parts.HasFlag(ShardParts.Row) ? ReadRow(parts) : null);
    }

    SampleOutcome.Row ReadRow(ShardParts parts)
    {
        var imagePath = parts.HasFlag(ShardParts.RowPath) ? _reader.ReadString() : null;
        var isFolder = _reader.ReadBoolean();
        var statistics = new SampleStatistics(
            _reader.Read7BitEncodedInt(),
            _reader.Read7BitEncodedInt(),
            _reader.Read7BitEncodedInt(),
            _reader.ReadBoolean(),
            _reader.Read7BitEncodedInt(),
            _reader.Read7BitEncodedInt());
        var length = _reader.Read7BitEncodedInt();
        var compressed = _reader.ReadBytes(length);
        if (compressed.Length < length)
            throw new EndOfStreamException();
        return new SampleOutcome.Row(compressed, imagePath, isFolder, statistics);
    }

    ErrorCode CodeOf(string id) => Codes.TryGetValue(id, out var code) ? code : throw new InvalidDataException($"{path} names the unknown code {id}");
}
