using Llava.Contracts.Files;

namespace Llava.Contracts.Tests.Files;

public sealed class LargeFileStreamTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1000)]
    [InlineData(4 << 20)]
    [InlineData((25 << 20) + 7)]
    public void What_is_written_in_odd_pieces_and_corrected_afterwards_is_in_the_file(int length)
    {
        var folder = Directory.CreateTempSubdirectory("llava").FullName;
        var expected = new byte[length];
        new Random(length).NextBytes(expected);
        using (var file = new AtomicFile(Path.Combine(folder, "large")))
        {
            using (var stream = new LargeFileStream(file.Stream))
            {
                for (var (offset, piece) = (0, 1); offset < length; offset += piece, piece = Math.Min(piece * 3 % 3_000_017, length - offset))
                    stream.Write(expected, offset, piece);
                Assert.Equal(length, stream.Position);
                foreach (var offset in length > 100 ? new[] { 14, length / 2, length - 20 } : [])
                {
                    stream.Position = offset;
                    stream.Write([1, 2, 3, 4]);
                    new byte[] { 1, 2, 3, 4 }.CopyTo(expected, offset);
                }
                stream.Finish();
            }
            file.Commit();
        }
        Assert.Equal(expected, File.ReadAllBytes(Path.Combine(folder, "large")));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void A_disk_that_takes_no_more_fails_the_writer()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs Linux' full device");
        using var full = new FileStream("/dev/full", FileMode.Open, FileAccess.Write);
        using var stream = new LargeFileStream(full);
        Assert.Throws<IOException>(() =>
        {
            for (var block = 0; block < 8; block++)
                stream.Write(new byte[4 << 20]);
            stream.Finish();
        });
    }
}
