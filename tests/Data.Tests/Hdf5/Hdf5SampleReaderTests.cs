using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Tests;

namespace Llava.Data.Tests.Hdf5;

public sealed class Hdf5SampleReaderTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-h5-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("earliest_65", 65)]
    [InlineData("earliest_odd", 50)]
    [InlineData("latest_zero", 0)]
    [InlineData("latest_1", 1)]
    [InlineData("latest_2_raw", 2)]
    [InlineData("latest_1025", 1025)]
    [InlineData("latest_65_growraw", 65)]
    [InlineData("latest_1025_grow", 1025)]
    [InlineData("latest_sf", 50)]
    public void Files_of_h5py_are_read(string name, int rows)
    {
        using var reader = Hdf5SampleReader.Open(GoldenData.Require($"h5peer/{name}.h5"));
        Assert.Equal(rows, reader.Count);
        var row = new int[4 * reader.MaxSequenceLength];
        for (var index = 0; index < rows; index++)
        {
            Assert.Equal(index % 3 == 0 ? null : $"img/bö{index}.png", reader.Read(index, row));
            for (var place = 0; place < row.Length; place++)
                Assert.Equal(100 * index + 10 * (place / reader.MaxSequenceLength) + place % reader.MaxSequenceLength, row[place]);
        }
    }

    [Fact]
    public void Many_threads_read_the_rows_of_one_reader()
    {
        using var reader = Hdf5SampleReader.Open(GoldenData.Require("h5peer/latest_1025.h5"));
        Parallel.For(0, 8, thread =>
        {
            var row = new int[4 * reader.MaxSequenceLength];
            var order = new Random(thread);
            for (var read = 0; read < 500; read++)
            {
                var index = order.Next((int)reader.Count);
                Assert.Equal(index % 3 == 0 ? null : $"img/bö{index}.png", reader.Read(index, row));
                Assert.Equal(100 * index, row[0]);
            }
        });
    }

    [Fact]
    public void A_changed_byte_is_found()
    {
        var path = Path.Combine(_folder, "a.h5");
        using (var writer = new Hdf5SampleWriter(path, 100))
        {
            writer.Append(new int[400], null);
            writer.Commit();
        }
        var bytes = File.ReadAllBytes(path);
        bytes[2048 + 12] ^= 0x40;
        File.WriteAllBytes(path, bytes);
        using var reader = Hdf5SampleReader.Open(path);
        var error = Assert.Throws<DiagnosticException>(() => reader.Read(0, new int[400]));
        Assert.Equal($"{path}: error LLAVA3101: the chunk at 2048 cannot be decompressed", error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(1000)]
    [InlineData(2000)]
    public void A_file_cut_short_is_an_error_that_names_it(int length)
    {
        var path = Path.Combine(_folder, "a.h5");
        File.WriteAllBytes(path, File.ReadAllBytes(GoldenData.Require("h5peer/earliest_65.h5"))[..length]);
        var error = Assert.Throws<DiagnosticException>(() => Hdf5SampleReader.Open(path));
        Assert.StartsWith($"{path}: error LLAVA3101: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_files_is_an_error_that_names_it()
    {
        var error = Assert.Throws<DiagnosticException>(() => Hdf5SampleSet.Open(_folder));
        Assert.Equal($"{_folder}: error LLAVA3104: there are no *.h5 files in this folder", error.Message);
    }
}
