using System.Buffers.Binary;
using Llava.Train.Metrics.TensorBoard;

namespace Llava.Train.Tests.Metrics.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-events-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_checksum_is_the_one_of_RFC_3720_masked()
    {
        // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8a9136aa. Masked: rotated right by 15, plus 0xa282ead8.
        Assert.Equal(unchecked(((0x8a9136aau >> 15) | (0x8a9136aau << 17)) + 0xa282ead8u), MaskedCrc32C.Of(new byte[32]));
    }

    [Fact]
    public void A_scalar_is_the_message_that_protocol_buffers_write()
    {
        // Event { wall_time: 1.5 step: 300 summary { value { tag: "a" simple_value: 0.25 } } }, encoded by protoc --encode.
        Assert.Equal("09000000000000F83F10AC022A0A0A080A0161150000803E", Convert.ToHexString(EventMessage.Scalars(1.5, 300, [("a", 0.25)])));
    }

    /// <summary>Of any file that TensorFlow writes: a record of 24 bytes, whose length's checksum is a3 7f 4b 22, with the version that readers ask for.</summary>
    [Fact]
    public void The_first_record_names_the_version_as_TensorFlow_does()
    {
        EventFile.Create(_folder, 0, new SecondClock()).Dispose();

        var bytes = File.ReadAllBytes(Path.Combine(_folder, "events.out.tfevents.0000000000.llava"));
        // 1.5 seconds after 1970, "brain.Event:2"; then the checksum of these 24 bytes.
        Assert.Equal("1800000000000000A37F4B2209000000000000F83F1A0D627261696E2E4576656E743A322A28646C", Convert.ToHexString(bytes[..40]));
    }

    sealed class SecondClock : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch.AddSeconds(1.5);
    }

    [Fact]
    public void Every_record_carries_its_length_and_two_checksums()
    {
        using (var file = EventFile.Create(_folder, 0, TimeProvider.System))
            file.Write(1, [("train/loss", 2.5)]);

        var bytes = File.ReadAllBytes(Path.Combine(_folder, "events.out.tfevents.0000000000.llava"));
        var messages = Records(bytes).ToList();
        Assert.Equal(3, messages.Count);
        Assert.EndsWith("1A0D627261696E2E4576656E743A32", Convert.ToHexString(messages[0]));
        Assert.Contains(Convert.ToHexString("train/loss"u8), Convert.ToHexString(messages[2]));
    }

    [Fact]
    public void A_run_that_goes_on_keeps_what_came_before_and_voids_what_came_after()
    {
        foreach (var stepsDone in new long[] { 0, 40, 20 })
            EventFile.Create(_folder, stepsDone, TimeProvider.System).Dispose();

        Assert.Equal(["events.out.tfevents.0000000000.llava", "events.out.tfevents.0000000020.llava"], Directory.GetFiles(_folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    static IEnumerable<byte[]> Records(byte[] bytes)
    {
        for (var at = 0; at < bytes.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(at));
            var message = bytes.AsSpan(at + 12, length).ToArray();
            Assert.Equal(MaskedCrc32C.Of(bytes.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 8)));
            Assert.Equal(MaskedCrc32C.Of(message), BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at + 12 + length)));
            yield return message;
            at += 12 + length + 4;
        }
    }
}
