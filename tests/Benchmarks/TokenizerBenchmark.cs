using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Llava.Data.Tokenization;

namespace Llava.Benchmarks;

/// <summary>The tokenizer beside sentencepiece, on one thread each and the same texts.</summary>
sealed class TokenizerBenchmark : IBenchmark
{
    const int Texts = 20_000;

    const string Peer = """
        import json, sys, time, sentencepiece
        tokenizer = sentencepiece.SentencePieceProcessor(model_file=sys.argv[1])
        texts = [json.loads(line) for line in open(sys.argv[2])]
        for text in texts[:2000]: tokenizer.encode(text)
        start = time.perf_counter()
        tokens = sum(len(tokenizer.encode(text)) for text in texts)
        print(tokens / (time.perf_counter() - start))
        """;

    public string Name => "tokenizer";
    public string Why => "Text becomes tokens in step 2 and for each question that is answered.";
    public string Measures => "tokens per second of one thread, texts of the bench data, words met before";
    public string DoesNotMeasure => "loading the model, and reading the texts";
    public int Rounds => 7;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var shared = Path.GetFullPath(Path.Combine(MeasuredProcess.Repository, "..", "shared"));
        var folder = Path.Combine(shared, "golden/tokenization/llama2_pad_none");
        var texts = await TextsAsync(scratch, shared);
        var file = Path.Combine(scratch, "tokenizer-texts.jsonl");
        await File.WriteAllLinesAsync(file, texts.Select(text => JsonSerializer.Serialize(text)));
        var tokenizer = LlamaTokenizer.Load(folder);
        Rate(tokenizer, texts);
        List<double> ours = [], theirs = [];
        for (var round = 0; round < rounds; round++)
        {
            ours.Add(Rate(tokenizer, texts));
            var peer = await MeasuredProcess.RunAsync("/usr/bin/python3", ["-c", Peer, Path.Combine(folder, "tokenizer.model"), file]);
            theirs.Add(double.Parse(peer.Output, CultureInfo.InvariantCulture));
        }
        return [new($"{texts.Count} texts", "tokens/s", Alternating.Median(ours), Alternating.Median(theirs), "sentencepiece (Python)", "ratio >= 5; >= 3 780 000")];
    }

    static double Rate(LlamaTokenizer tokenizer, IReadOnlyList<string> texts)
    {
        var ids = new TokenBuffer();
        var (tokens, start) = (0L, Stopwatch.GetTimestamp());
        foreach (var text in texts)
        {
            ids.Clear();
            tokenizer.Encode(text, ids);
            tokens += ids.Count;
        }
        return tokens / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    static async Task<IReadOnlyList<string>> TextsAsync(string scratch, string shared)
    {
        var folder = Path.Combine(scratch, "hdf5-5000");
        if (!Directory.Exists(Path.Combine(folder, "bench_images")))
            await MeasuredProcess.RunAsync("/usr/bin/python3", [Path.Combine(shared, "tools/make_bench_data.py"), folder, "5000", "4", "20240611"]);
        return
        [
            .. Directory.GetFiles(Path.Combine(folder, "input")).Order(StringComparer.Ordinal).SelectMany(File.ReadLines)
                .SelectMany(line => JsonDocument.Parse(line).RootElement.GetProperty("conversations").EnumerateArray().Select(turn => turn.GetProperty("value").GetString()!))
                .Take(Texts),
        ];
    }
}
