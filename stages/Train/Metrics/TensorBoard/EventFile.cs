using System.Buffers.Binary;
using System.Globalization;

namespace Llava.Train.Metrics.TensorBoard;

/// <summary>
/// An event file as TensorBoard reads it: records of length, its checksum, an <c>Event</c> message, its checksum (format:
/// tensorflow's <c>record_writer.h</c> and <c>event.proto</c>). A run that goes on opens a file of its own, whose first records make
/// TensorBoard forget what it was told of later steps.
/// </summary>
sealed class EventFile : IDisposable
{
    const int HeaderBytes = sizeof(ulong) + sizeof(uint);

    readonly FileStream _stream;
    readonly TimeProvider _clock;

    EventFile(FileStream stream, TimeProvider clock) => (_stream, _clock) = (stream, clock);

    /// <param name="stepsDone">Names the file, so that TensorBoard reads those of one run in order.</param>
    public static EventFile Create(string modelDirectory, long stepsDone, TimeProvider clock)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"events.out.tfevents.{stepsDone:D10}.llava");
        foreach (var later in Directory.EnumerateFiles(modelDirectory, "events.out.tfevents.*.llava").Where(path => string.CompareOrdinal(Path.GetFileName(path), name) > 0).ToList())
            File.Delete(later);
        var file = new EventFile(new FileStream(Path.Combine(modelDirectory, name), FileMode.Create, FileAccess.Write, FileShare.Read), clock);
        file.Append(EventMessage.FileVersion(file.Seconds));
        file.Append(EventMessage.SessionStart(file.Seconds, stepsDone + 1));
        return file;
    }

    public void Write(long step, IReadOnlyList<(string Tag, double Value)> scalars) => Append(EventMessage.Scalars(Seconds, step, scalars));

    double Seconds => _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;

    void Append(ReadOnlySpan<byte> message)
    {
        var record = new byte[HeaderBytes + message.Length + sizeof(uint)];
        BinaryPrimitives.WriteUInt64LittleEndian(record, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(sizeof(ulong)), MaskedCrc32C.Of(record.AsSpan(0, sizeof(ulong))));
        message.CopyTo(record.AsSpan(HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(HeaderBytes + message.Length), MaskedCrc32C.Of(message));
        _stream.Write(record);
        _stream.Flush();
    }

    public void Dispose() => _stream.Dispose();
}
