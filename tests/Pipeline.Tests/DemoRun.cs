namespace Llava.Pipeline.Tests;

/// <summary>
/// The demo, run once for all tests of this project, with a dataset of the tests' own beside the demo's two. Tests that
/// change something do so in a copy: copying an artifacts folder makes nothing stale.
/// </summary>
public sealed class DemoRun : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-pipeline-").FullName;

    readonly Lazy<PipelineRun> _full;
    readonly Lazy<PipelineRun> _short;

    public DemoRun()
    {
        DatasetsFile = WriteOwnDataset(Path.Combine(_folder, "own"));
        // Each is made when the first test asks for it: a filtered run need not wait for the other.
        _full = new Lazy<PipelineRun>(() => PipelineRun.Start("Reproduce", Path.Combine(_folder, "full")));
        _short = new Lazy<PipelineRun>(() => Start("All", Short, $"-p:StoreDir={Store}", $"-p:RemoteStore={RemoteStore}"));
    }

    /// <summary>Artifacts of the demo as it is, compared with the committed manifest, once <see cref="FullRun"/> has been asked for.</summary>
    public string Full => Path.Combine(_folder, "full", ".reproduce");

    /// <summary>Artifacts of the demo with training cut short, once <see cref="ShortRun"/> has been asked for.</summary>
    public string Short => Path.Combine(_folder, "short");

    internal PipelineRun FullRun => _full.Value;

    internal PipelineRun ShortRun => _short.Value;

    /// <summary>What <see cref="ShortRun"/> stored; other runs have no store unless they name one.</summary>
    public string Store => Path.Combine(_folder, "store");

    public string RemoteStore => Path.Combine(_folder, "remote");

    public string DatasetsFile { get; }

    public string OwnDataset => Path.Combine(_folder, "own", "raw", "own.json");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>A run of the shortened demo.</summary>
    internal PipelineRun Start(string target, string artifacts, params string[] properties) =>
        PipelineRun.Start(target, artifacts, [.. ShortProperties, .. properties]);

    /// <summary>The properties that make the demo short; a later one of the same name wins.</summary>
    internal string[] ShortProperties => [$"-p:DatasetsFile={DatasetsFile}", "-p:Phase1TrainSet=runconfig.max_steps=3", "-p:Phase2TrainSet=runconfig.max_steps=6", "-p:StoreDir=none"];

    /// <summary>A copy of <see cref="Short"/> for one test.</summary>
    internal string CopyOfShort(string name)
    {
        CopyFolder(Short, FolderFor(name));
        return FolderFor(name);
    }

    /// <summary>A folder of its own for one test; it goes with the others.</summary>
    internal string FolderFor(string name) => Path.Combine(_folder, name);

    internal static void CopyFolder(string source, string target)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(target, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
    }

    string WriteOwnDataset(string folder)
    {
        Directory.CreateDirectory(Path.Combine(folder, "raw"));
        File.WriteAllText(Path.Combine(folder, "raw", "own.json"), OwnSamples("2"));
        var items = Path.Combine(folder, "own.props");
        File.WriteAllText(items, $"""
            <Project>
              <ItemGroup>
                <Dataset Include="own" Preprocessor="json2jsonl" Phase="2" Input="{folder}/raw" />
              </ItemGroup>
            </Project>
            """);
        return items;
    }

    /// <summary>Enough samples that a few steps of training meet some of them.</summary>
    internal static string OwnSamples(string answer) => $"[{string.Join(",\n", Enumerable.Range(0, 400).Select(id => OwnSample(id, answer)))}]";

    static string OwnSample(int id, string answer) =>
        $$"""{"id": "own-{{id}}", "conversations": [{"from": "human", "value": "How many bars are there?"}, {"from": "gpt", "value": "{{answer}}"}], "model": "text"}""";
}

[CollectionDefinition(nameof(DemoRun))]
public sealed class DemoCollection : ICollectionFixture<DemoRun>;
