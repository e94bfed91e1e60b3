using System.IO.Compression;
using System.Runtime.InteropServices;
using Llava.Data.Hdf5;

namespace Llava.Data.Tests.Hdf5.Compression;

public sealed class RowDeflaterTests
{
    [Fact]
    public void Zlib_reads_back_rows_of_every_kind()
    {
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var row = Row(random, 4 * random.Next(1, round % 50 == 0 ? 9000 : 300), round);
            Assert.Equal(row, Inflate(SampleCompression.Compress(row)));
        }
    }

    [Fact]
    public void Counts_that_grow_like_rabbits_stay_within_the_longest_code()
    {
        var values = new List<int>();
        for (var (value, count, next) = (1, 1, 1); value < 22; value++, (count, next) = (next, count + next))
            values.AddRange(Enumerable.Repeat(value * 0x01010101, count));
        var row = values.ToArray();
        new Random(1).Shuffle(row);
        Assert.Equal(row, Inflate(SampleCompression.Compress(row)));
    }

    [Fact]
    public void A_sample_takes_hardly_more_room_than_with_zlib_at_level_4()
    {
        var random = new Random(3);
        var (ours, zlibs) = (0, 0);
        for (var round = 0; round < 50; round++)
        {
            var row = Sample(random, 2048);
            ours += SampleCompression.Compress(row).Length;
            zlibs += ZlibLength(row);
        }
        Assert.InRange(ours, 1, zlibs * 11 / 10);
    }

    static int[] Row(Random random, int length, int kind)
    {
        var row = new int[length];
        for (var i = 0; i < length; i++)
        {
            row[i] = (kind % 7) switch
            {
                0 => 0,
                1 => random.Next(int.MinValue, int.MaxValue),
                2 => random.Next(2),
                3 => random.Next(40) == 0 || i == 0 ? random.Next(32000) : row[i - 1],
                4 => random.Next(32000),
                5 => i < length / 3 ? random.Next(300) : row[i - length / 3],
                _ => -1,
            };
        }
        return kind % 11 == 0 && length >= 64 ? Sample(random, length / 4) : row;
    }

    /// <summary>As a conversation's row: ids, loss mask, labels, padding.</summary>
    static int[] Sample(Random random, int length)
    {
        var row = new int[4 * length];
        var used = length / 2;
        for (var i = 0; i < length; i++)
        {
            row[i] = i >= used || i is > 10 and < 14 ? 0 : (int)(3 + 900 * Math.Pow(random.NextDouble(), 3));
            row[length + i] = i > used / 2 && i < used && i / 20 % 2 == 0 ? 1 : 0;
            row[3 * length + i] = i < used ? 0 : 1;
        }
        for (var i = 0; i + 1 < length; i++)
            row[2 * length + i] = row[i + 1];
        return row;
    }

    static int[] Inflate(byte[] stored)
    {
        using var inflated = new MemoryStream();
        using (var zlib = new ZLibStream(new MemoryStream(stored), CompressionMode.Decompress))
            zlib.CopyTo(inflated);
        return MemoryMarshal.Cast<byte, int>(inflated.ToArray()).ToArray();
    }

    static int ZlibLength(int[] row)
    {
        using var stored = new MemoryStream();
        using (var zlib = new ZLibStream(stored, new ZLibCompressionOptions { CompressionLevel = 4 }, leaveOpen: true))
            zlib.Write(MemoryMarshal.AsBytes<int>(row));
        return (int)stored.Length;
    }
}
