using System.Diagnostics;
using System.Globalization;
using Llava.Data.Hdf5;

namespace Llava.Benchmarks;

/// <summary>What one thread of the data loader reads.</summary>
sealed class ReadingBenchmark : IBenchmark
{
    const int Rows = 5000, MaxSequenceLength = 2048, Reads = 20_000;

    // The rows of our file, written again by h5py in the layouts that it has.
    const string Rewrite = """
        import sys, h5py
        source, target, version = sys.argv[1:4]
        with h5py.File(source) as a, h5py.File(target, "w", libver=version) as b:
            n = len(a["data"])
            data = b.create_dataset("data", a["data"].shape, "i4", chunks=(1,) + a["data"].shape[1:], compression="gzip", compression_opts=4)
            for start in range(0, n, 500): data[start:start + 500] = a["data"][start:start + 500]
            b.create_dataset("img_path", data=a["img_path"][:], compression="gzip")
            b.attrs["n_examples"] = n
        """;

    const string Peer = """
        import sys, time, random, h5py
        with h5py.File(sys.argv[1]) as f:
            data, paths, n = f["data"], f["img_path"], len(f["data"])
            order = random.Random(1); count = int(sys.argv[2])
            start = time.perf_counter()
            for _ in range(count):
                index = order.randrange(n); data[index]; paths[index]
            print(count / (time.perf_counter() - start))
        """;

    public string Name => "h5-reading";
    public string Why => "Training reads rows in an order of its own: every row is a random access.";
    public string Measures => "rows of 4 x 2048 and their image paths at random from files of 5 000 rows, one thread, in rows a second";
    public string DoesNotMeasure => "the disk: the files are in the page cache";
    public int Rounds => 7;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var ours = Path.Combine(scratch, "ours.h5");
        if (!File.Exists(ours))
            Write(ours);
        var table = new List<Comparison> { await CompareAsync("written by us", ours, rounds) };
        foreach (var version in new[] { "earliest", "latest" })
        {
            var theirs = Path.Combine(scratch, $"{version}.h5");
            if (!File.Exists(theirs))
                await PythonScript.RunAsync(Rewrite, ours, theirs, version);
            table.Add(await CompareAsync($"written by h5py, libver={version}", theirs, rounds));
        }
        return table;
    }

    static async Task<Comparison> CompareAsync(string name, string path, int rounds)
    {
        var (ours, theirs) = await PythonScript.RatesAsync(rounds, () => Task.FromResult(Rate(path)), () => PythonScript.NumberAsync(Peer, path, $"{Reads / 10}"));
        return new(name, "rows/s", ours, theirs, "h5py", "at least 10 000");
    }

    static double Rate(string path)
    {
        using var reader = Hdf5SampleReader.Open(path);
        var row = new int[4 * reader.MaxSequenceLength];
        var order = new Random(1);
        var start = Stopwatch.GetTimestamp();
        for (var read = 0; read < Reads; read++)
            reader.Read(order.NextInt64(reader.Count), row);
        return Reads / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Rows as a conversation makes them: about 900 tokens with 576 patches, masks of runs, the rest padding.</summary>
    static void Write(string path)
    {
        var random = new Random(7);
        using var writer = new Hdf5SampleWriter(path, MaxSequenceLength);
        var row = new int[4 * MaxSequenceLength];
        for (var index = 0; index < Rows; index++)
        {
            var length = random.Next(700, 1100);
            for (var place = 0; place < MaxSequenceLength; place++)
            {
                var isText = place < length && place is < 35 or >= 611;
                row[place] = isText ? 3 + (int)(29_000 * Math.Pow(random.NextDouble(), 4)) : 0;
                row[MaxSequenceLength + place] = isText && place / 40 % 2 == 1 ? 1 : 0;
                row[3 * MaxSequenceLength + place] = place < length ? 0 : 1;
            }
            row.AsSpan(1, MaxSequenceLength - 1).CopyTo(row.AsSpan(2 * MaxSequenceLength));
            writer.Append(row, string.Create(CultureInfo.InvariantCulture, $"images/train/{random.Next(100_000):D12}.jpg"));
        }
        writer.Commit();
    }
}
