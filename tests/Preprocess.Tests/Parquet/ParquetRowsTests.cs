using Llava.Preprocess.Parquet;
using Llava.Preprocess.Parquet.Pages;
using Parquet;
using Parquet.Serialization;
using Parquet.Serialization.Attributes;
using System.Text.Json.Serialization;

namespace Llava.Preprocess.Tests.Parquet;

public sealed class ParquetRowsTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(CompressionMethod.None)]
    [InlineData(CompressionMethod.Snappy)]
    [InlineData(CompressionMethod.Gzip)]
    [InlineData(CompressionMethod.Zstd)]
    public async Task Every_row_gets_its_own_picture(CompressionMethod compression)
    {
        var written = Enumerable.Range(0, 200).Select(number => new Written
        {
            Name = $"row {number}",
            Image = number % 7 == 3 ? null : new Picture { Bytes = number % 5 == 2 ? null : Content(number, number * 331) },
        }).ToArray();
        await ParquetSerializer.SerializeAsync(written, _folder["a.parquet"], new ParquetOptions { CompressionMethod = compression, RowGroupSize = 90 }, null, TestContext.Current.CancellationToken);
        var read = await ReadAsync<Read>("a.parquet");
        Assert.Equal(written.Select(row => row.Name), read.Select(row => row.Name));
        Assert.Equal(written.Select(row => row.Image?.Bytes), read.Select(row => row.Image));
    }

    [Fact]
    public async Task Pictures_in_lists_of_lists_stay_with_their_elements()
    {
        var written = Enumerable.Range(0, 60).Select(number => new WrittenPaper
        {
            Captions = number % 6 == 5 ? null : [.. Enumerable.Range(0, number % 4).Select(caption => new WrittenCaption
            {
                Figures = (number + caption) % 5 == 4 ? null : [.. Enumerable.Range(0, (number + caption) % 3).Select(figure => new WrittenFigure
                {
                    Name = $"{number} {caption} {figure}",
                    Image = figure == 1 && number % 2 == 0 ? null : new Picture { Bytes = Content(number, 100 * caption + figure) },
                })],
            })],
        }).ToArray();
        await ParquetSerializer.SerializeAsync(written, _folder["b.parquet"], cancellationToken: TestContext.Current.CancellationToken);
        var read = await ReadAsync<ReadPaper>("b.parquet");
        Assert.Equal(written.SelectMany(Figures).Select(figure => figure.Name), read.SelectMany(Figures).Select(figure => figure.Name));
        Assert.Equal(written.SelectMany(Figures).Select(figure => figure.Image?.Bytes), read.SelectMany(Figures).Select(figure => figure.Image));
    }

    [Fact]
    public void A_large_dictionary_page_is_read_through_a_scratch_file_that_is_gone_afterwards()
    {
        var values = Enumerable.Range(0, 9).Select(number => Content(number, 2 << 20)).ToArray();
        var page = new MemoryStream();
        foreach (var value in values)
        {
            page.Write(BitConverter.GetBytes(value.Length));
            page.Write(value);
        }
        page.Position = 0;
        using (var dictionary = BinaryDictionary.Read(page, new PageHeader(PageKind.Dictionary, page.Length, page.Length, values.Length, 0, 0, 0, IsCompressed: false), _folder["scratch"]))
        {
            Assert.True(File.Exists(_folder["scratch"]));
            for (var number = values.Length - 1; number >= 0; number--)
                Assert.Equal(values[number], dictionary[(uint)number]);
            Assert.Throws<InvalidDataException>(() => dictionary[9]);
        }
        Assert.False(File.Exists(_folder["scratch"]));
    }

    static IEnumerable<WrittenFigure> Figures(WrittenPaper paper) => (paper.Captions ?? []).SelectMany(caption => caption.Figures ?? []);

    static IEnumerable<ReadFigure> Figures(ReadPaper paper) => (paper.Captions ?? []).SelectMany(caption => caption.Figures ?? []);

    static byte[] Content(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        // Half of it compressible, so that Snappy has something to refer back to.
        bytes.AsSpan(length / 2).Fill((byte)seed);
        return bytes;
    }

    async Task<List<TRow>> ReadAsync<TRow>(string name)
        where TRow : class, IParquetRow, new()
    {
        var rows = new List<TRow>();
        await foreach (var batch in ParquetRows.ReadBatchesAsync<TRow>(_folder[name], _folder["scratch"], TestContext.Current.CancellationToken))
        {
            Assert.Equal(rows.Count + 1, batch.FirstNumber);
            rows.AddRange(batch.Rows);
        }
        return rows;
    }

    internal sealed class Picture
    {
        [JsonPropertyName("bytes")]
        public byte[]? Bytes { get; set; }
    }

    internal sealed class Written
    {
        [JsonPropertyName("name")]
        public string? Name { get; set; }

        [JsonPropertyName("image")]
        public Picture? Image { get; set; }
    }

    internal sealed class Read : IParquetRow
    {
        [JsonPropertyName("name")]
        public string? Name { get; set; }

        [ParquetIgnore]
        public byte[]? Image { get; set; }

        public long TakePictures(Func<byte[]?> next) => (Image = next())?.Length ?? 0;
    }

    internal sealed class WrittenPaper
    {
        [JsonPropertyName("captions")]
        public List<WrittenCaption>? Captions { get; set; }
    }

    internal sealed class WrittenCaption
    {
        [JsonPropertyName("figures")]
        public List<WrittenFigure>? Figures { get; set; }
    }

    internal sealed class WrittenFigure
    {
        [JsonPropertyName("name")]
        public string? Name { get; set; }

        [JsonPropertyName("image")]
        public Picture? Image { get; set; }
    }

    internal sealed class ReadPaper : IParquetRow
    {
        [JsonPropertyName("captions")]
        public List<ReadCaption>? Captions { get; set; }

        public long TakePictures(Func<byte[]?> next)
        {
            foreach (var figure in Figures(this))
                figure.Image = next();
            return 1;
        }
    }

    internal sealed class ReadCaption
    {
        [JsonPropertyName("figures")]
        public List<ReadFigure>? Figures { get; set; }
    }

    internal sealed class ReadFigure
    {
        [JsonPropertyName("name")]
        public string? Name { get; set; }

        [ParquetIgnore]
        public byte[]? Image { get; set; }
    }
}
