using System.Security.Cryptography;
using Llava.Data.Hdf5;

namespace Llava.Data.Tests.Hdf5;

public sealed class Hdf5SampleWriterTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-h5-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(4097)]
    public void Written_rows_are_read_back_in_any_order(int rows)
    {
        Write("a.h5", rows);
        using var reader = Hdf5SampleReader.Open(PathOf("a.h5"));
        Assert.Equal((rows, 5), (reader.Count, reader.MaxSequenceLength));
        var row = new int[20];
        for (var index = rows - 1; index >= 0; index--)
        {
            Assert.Equal(ImagePath(index), reader.Read(index, row));
            Assert.Equal(Row(index), row);
        }
    }

    [Fact]
    public void The_same_rows_give_the_same_bytes()
    {
        Write("a.h5", 700);
        Write("b.h5", 700);
        Assert.Equal(SHA256.HashData(File.ReadAllBytes(PathOf("a.h5"))), SHA256.HashData(File.ReadAllBytes(PathOf("b.h5"))));
    }

    [Fact]
    public void A_path_of_a_thousand_bytes_is_kept_whole()
    {
        var path = string.Concat(Enumerable.Repeat("猫", 333)) + "x";
        using (var writer = new Hdf5SampleWriter(PathOf("a.h5"), 5))
        {
            writer.Append(Row(0), "short");
            writer.Append(Row(1), path);
            writer.Commit();
        }
        using var reader = Hdf5SampleReader.Open(PathOf("a.h5"));
        var row = new int[20];
        Assert.Equal(("short", path), (reader.Read(0, row), reader.Read(1, row)));
    }

    [Fact]
    public void A_file_that_is_not_committed_leaves_nothing()
    {
        using (var writer = new Hdf5SampleWriter(PathOf("a.h5"), 5))
            writer.Append(Row(0), null);
        Assert.Empty(Directory.GetFileSystemEntries(_folder));
    }

    [Fact]
    public void Threads_share_a_set_of_files()
    {
        Write("b.h5", 300);
        Write("c.h5", 0);
        Write("a.h5", 200);
        using var samples = Hdf5SampleSet.Open(_folder);
        Assert.Equal(500, samples.Count);
        Parallel.For(0, 500, new ParallelOptions { MaxDegreeOfParallelism = 2 }, index =>
        {
            var row = new int[20];
            var expected = index < 200 ? index : index - 200;
            Assert.Equal(ImagePath(expected), samples.Read(index, row));
            Assert.Equal(Row(expected), row);
        });
    }

    void Write(string name, int rows)
    {
        using var writer = new Hdf5SampleWriter(PathOf(name), 5);
        for (var row = 0; row < rows; row++)
            writer.Append(Row(row), ImagePath(row));
        writer.Commit();
    }

    string PathOf(string name) => Path.Combine(_folder, name);

    static int[] Row(int index) => [.. Enumerable.Range(0, 20).Select(place => index * 31 + place * 7 - 100)];

    static string? ImagePath(int index) => index % 4 == 0 ? null : $"images/bö_{index}.png";
}
