using System.Buffers.Binary;
using System.Text;

namespace Llava.Train.Metrics.TensorBoard;

/// <summary>The three <c>Event</c> messages that a scalar log needs, in protocol-buffer encoding (tensorflow's <c>event.proto</c>, <c>summary.proto</c>).</summary>
static class EventMessage
{
    const int WallTime = 1, Step = 2, FileVersionText = 3, Summary = 5, SessionLog = 7; // of Event
    const int SummaryValue = 1, Tag = 1, SimpleValue = 2; // of Summary and Summary.Value
    const int SessionStatus = 1, SessionStarted = 1; // of SessionLog
    const int Varint = 0, Bits64 = 1, Bytes = 2, Bits32 = 5; // wire types

    public static byte[] FileVersion(double seconds) =>
        [.. Key(WallTime, Bits64), .. Double(seconds), .. Field(FileVersionText, "brain.Event:2"u8)];

    /// <summary>Events of this step and later ones that came before in the same run are void.</summary>
    public static byte[] SessionStart(double seconds, long step) =>
        [.. Key(WallTime, Bits64), .. Double(seconds), .. Key(Step, Varint), .. Number(step), .. Field(SessionLog, [.. Key(SessionStatus, Varint), SessionStarted])];

    public static byte[] Scalars(double seconds, long step, IReadOnlyList<(string Tag, double Value)> scalars) =>
        [.. Key(WallTime, Bits64), .. Double(seconds), .. Key(Step, Varint), .. Number(step), .. Field(Summary, [.. scalars.SelectMany(scalar => Value(scalar.Tag, scalar.Value))])];

    static byte[] Value(string tag, double value) =>
        Field(SummaryValue, [.. Field(Tag, Encoding.UTF8.GetBytes(tag)), .. Key(SimpleValue, Bits32), .. Single((float)value)]);

    static byte[] Field(int field, ReadOnlySpan<byte> content) => [.. Key(field, Bytes), .. Number(content.Length), .. content];

    static byte[] Key(int field, int wireType) => Number((field << 3) | wireType);

    static byte[] Number(long value)
    {
        var bytes = new List<byte>();
        for (; value >= 0x80; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return [.. bytes];
    }

    static byte[] Double(double value)
    {
        var bytes = new byte[sizeof(double)];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        return bytes;
    }

    static byte[] Single(float value)
    {
        var bytes = new byte[sizeof(float)];
        BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
        return bytes;
    }
}
