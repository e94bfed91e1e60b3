using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Configuration;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Data.Tokenization;
using Llava.Golden.Tests.Tokenization;
using Llava.Hdf5;

namespace Llava.Golden.Tests.Hdf5;

/// <summary>Runs the stage with the configuration of a run of the reference, into a folder of its own.</summary>
sealed class ReferenceRun : IDisposable
{
    static readonly ConcurrentDictionary<string, LlamaTokenizer> Tokenizers = [];

    readonly ScratchFolder _scratch = new();
    readonly string _group;
    readonly ConfigDocument _document;
    readonly string _tokenizer;

    /// <param name="group">Folder of parity, variants or crashes: the paths in the yaml start there.</param>
    /// <param name="yaml">Its configuration, below <paramref name="group"/>.</param>
    public ReferenceRun(string group, string yaml)
    {
        _group = group;
        Expected = Path.GetDirectoryName(Path.Combine(group, yaml))!;
        _document = ConfigDocument.Load(Path.Combine(group, yaml));
        _tokenizer = TokenizerFolders.Require(PadIsUnknown() ? TokenizerFolders.WithPad : TokenizerFolders.WithoutPad);
    }

    public string Expected { get; }

    public string Output => _scratch["out"];

    public JsonObject DataParameters => (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Output, "data_params.json")))!;

    public IReadOnlyList<JsonObject> Quarantined => [.. File.ReadAllLines(Path.Combine(Output, QuarantineLedger.FileName)).Select(line => (JsonObject)JsonNode.Parse(line)!)];

    public long Rows => (long)DataParameters["post-process"]!["n_examples"]!;

    public long InputLines => Directory.GetFiles(Relocated("setup", "input_dir"), "*.jsonl", SearchOption.AllDirectories).Sum(file => (long)File.ReadAllLines(file).Length);

    /// <summary>As the reference was started: nothing here may depend on it.</summary>
    public bool WasResumed => (Section("processing", "resume_from_checkpoint") ?? "false") is "true" or "True" || File.Exists(Path.Combine(Expected, "resume.json"));

    public string? Setting(string section, string key) => Section(section, key);

    public async Task RunAsync(params string[] overrides)
    {
        // Tests do not change the working directory.
        string[] relocated =
        [
            $"setup.input_dir={Relocated("setup", "input_dir")}",
            $"dataset.image_dir={Relocated("dataset", "image_dir")}",
            $"setup.output_dir={Output}",
            $"processing.huggingface_tokenizer={_tokenizer}",
        ];
        var document = relocated.Concat(overrides).Aggregate(_document, (current, assignment) => current.With(assignment));
        await Hdf5Stage.RunAsync(new Hdf5Options(document), folder => Tokenizers.GetOrAdd(folder, path => LlamaTokenizer.Load(path)), SilentStageLog.Instance, CancellationToken.None);
    }

    /// <summary>Every file of the reference has a file of ours with the same rows and image paths, in the same order.</summary>
    /// <returns>How many rows that were.</returns>
    public long CompareRows()
    {
        var expected = ReferenceRows.FilesOf(Expected);
        var actual = Hdf5SampleSet.FilesOf(Output);
        Assert.Equal(expected.Count, actual.Count);
        return expected.Zip(actual).Sum(pair => ReferenceRows.Compare(pair.First, pair.Second));
    }

    public void CompareStatistics(params string[] sections)
    {
        var expected = (JsonObject)JsonNode.Parse(File.ReadAllText(Path.Combine(Expected, "data_params.json")))!;
        var actual = DataParameters;
        foreach (var section in sections)
            Assert.Equal(Text(expected[section]), Text(actual[section]));
    }

    public void Dispose() => _scratch.Dispose();

    /// <summary>A pad id that neither eos nor the yaml gives comes from the tokenizer.</summary>
    bool PadIsUnknown()
    {
        var parameters = Path.Combine(Expected, "data_params.json");
        if (Section("processing", "pad_id") is not null || !File.Exists(parameters))
            return false;
        return (int?)JsonNode.Parse(File.ReadAllText(parameters))!["post-process"]?["pad_id"] == 0;
    }

    string Relocated(string section, string key) => Path.GetFullPath(Path.Combine(_group, Section(section, key)!));

    string? Section(string section, string key) =>
        ((ConfigMap)_document.Root.Entries[section]).Entries.TryGetValue(key, out var value) && value is ConfigScalar scalar ? scalar.Text : null;

    static string Text(JsonNode? node) => node is null ? "null" : JsonSerializer.Serialize(node, new JsonSerializerOptions { WriteIndented = true });
}
