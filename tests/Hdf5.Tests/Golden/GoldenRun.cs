using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Configuration;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Data.Tokenization;
using Llava.Tests;

namespace Llava.Hdf5.Tests.Golden;

/// <summary>Runs the stage with the configuration of a run of the reference, into a folder of its own.</summary>
sealed class GoldenRun : IDisposable
{
    static readonly ConcurrentDictionary<string, LlamaTokenizer> Tokenizers = [];

    readonly string _base;

    /// <param name="group">parity, variants or crashes.</param>
    /// <param name="folder">Of the run in its group, with its config.yaml.</param>
    public GoldenRun(string group, string folder, bool padIsUnknown)
    {
        _base = GoldenData.Require($"h5/{group}");
        Tokenizer = GoldenData.Require($"tokenization/llama2_pad_{(padIsUnknown ? "unk" : "none")}");
        Assert.SkipUnless(File.Exists(Path.Combine(Tokenizer, "tokenizer.model")), "Llama-2's tokenizer.model is not here");
        Expected = Path.Combine(_base, folder);
        Output = Directory.CreateTempSubdirectory("llava-golden-").FullName;
    }

    public string Tokenizer { get; }

    public string Expected { get; }

    public string Output { get; }

    public JsonObject DataParameters => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "data_params.json")))!;

    public IReadOnlyList<JsonObject> Quarantined => [.. File.ReadAllLines(Path.Combine(Output, QuarantineLedger.FileName)).Select(line => (JsonObject)JsonNode.Parse(line)!)];

    public async Task RunAsync(params string[] overrides)
    {
        var document = ConfigDocument.Load(Path.Combine(Expected, "config.yaml"));
        // The reference's paths start in the group's folder; tests do not change the working directory.
        string[] relocated =
        [
            $"setup.input_dir={Relocated(document, "setup", "input_dir")}",
            $"dataset.image_dir={Relocated(document, "dataset", "image_dir")}",
            $"setup.output_dir={Output}",
            $"processing.huggingface_tokenizer={Tokenizer}",
        ];
        document = relocated.Concat(overrides).Aggregate(document, (current, assignment) => current.With(assignment));
        await Hdf5Stage.RunAsync(new Hdf5Options(document), folder => Tokenizers.GetOrAdd(folder, path => LlamaTokenizer.Load(path)), SilentStageLog.Instance, CancellationToken.None);
    }

    /// <summary>Every file of the reference has a file of ours with the same rows and image paths. Returns how many rows that were.</summary>
    public int CompareRows()
    {
        var expected = Directory.GetFiles(Expected, "*.data.npy").Order(StringComparer.Ordinal).ToArray();
        Assert.Equal(expected.Length, Directory.GetFiles(Output, "*.h5").Length);
        return expected.Sum(CompareFile);
    }

    public void CompareStatistics(params string[] sections)
    {
        var expected = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Expected, "data_params.json")))!;
        var actual = DataParameters;
        foreach (var section in sections)
            Assert.Equal(Text(expected[section]), Text(actual[section]));
    }

    public void Dispose() => Directory.Delete(Output, recursive: true);

    string Relocated(ConfigDocument document, string section, string key) =>
        Path.Combine(_base, ((ConfigScalar)((ConfigMap)document.Root.Entries[section]).Entries[key]).Text);

    int CompareFile(string npy)
    {
        var name = Path.GetFileName(npy).Replace(".data.npy", "", StringComparison.Ordinal);
        var expected = NpyFile.Read(npy);
        var paths = JsonSerializer.Deserialize<string?[]>(File.ReadAllText(npy.Replace(".data.npy", ".img_path.json", StringComparison.Ordinal)))!;
        using var actual = Hdf5SampleReader.Open(Path.Combine(Output, name + ".h5"));
        Assert.Equal(expected.Shape, new[] { (int)actual.Count, 4, actual.MaxSequenceLength });
        var row = new int[4 * actual.MaxSequenceLength];
        for (var index = 0; index < actual.Count; index++)
        {
            Assert.Equal(paths[index] is "None" ? null : paths[index], actual.Read(index, row));
            Assert.Equal(expected.Values.AsSpan(index * row.Length, row.Length), row.AsSpan());
        }
        return (int)actual.Count;
    }

    static string Text(JsonNode? node) => node is null ? "null" : JsonSerializer.Serialize(node, new JsonSerializerOptions { WriteIndented = true });
}
