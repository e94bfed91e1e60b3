using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;

namespace Llava.Tasks.Staleness;

/// <summary>Looks at the disk: makes a plan of a definition, and lists what a stage has written.</summary>
public sealed class StageInspector(string root, string artifactsFolder, FingerprintCache cache)
{
    // Where errors are worded and progress is shown decides nothing about an output.
    static readonly TreeFilter Code = new([], ["Diagnostics", "Progress"], TakesRecords: true, TakesHidden: false) { WithoutSuffixes = [".md", "~"] };

    const string Command = "command";

    // The runtime formats numbers, deflates and draws; within one major.minor version it is kept from changing what comes out, and a patch mends what does not.
    // The SDK is named by global.json, and what it compiles by the code's own hashes.
    static readonly KeyValuePair<string, string> Runtime = new("tool .NET runtime", Environment.Version.ToString(fieldCount: 2));

    readonly Dictionary<string, FingerprintedTree> _code = [];

    /// <summary>
    /// Takes the sources as they are now for those of the whole build: the tools were made of them, and an edit while a stage runs must not be recorded as what ran.
    /// </summary>
    public void ReadCode()
    {
        foreach (var project in Directory.EnumerateDirectories(Path.Combine(root, "stages")))
            CodeIn(project);
        foreach (var file in ((string[])["tasks/Steps", "stages/Host/Verbs"]).SelectMany(folder => Directory.EnumerateFiles(Path.Combine(root, folder), "*.cs")))
            CodeIn(file);
    }

    /// <summary>Lists the sources that were read, before a stage runs and somebody may edit one.</summary>
    public void ListCode()
    {
        foreach (var tree in _code.Values)
            _ = tree.Files;
    }

    /// <summary>Looks at every folder but the sources anew from here on: a stage has run, or time has passed.</summary>
    public void Forget() => cache.Forget();

    /// <exception cref="DiagnosticException">An input is missing (all of them are named), or a yaml cannot be read.</exception>
    /// <param name="done">The last run's plan: what it says of a yaml that has not changed is taken over, unread.</param>
    public (StagePlan Plan, StageListing Listing) Plan(StageDefinition definition, StagePlan? done = null)
    {
        var missing = definition.Inputs.Where(input => !Exists(input.Path)).ToArray();
        if (missing.Length > 0)
            throw new DiagnosticException([.. missing.Select(input => ErrorCatalog.StageInputMissing.At(input.Path, $"{definition.Stage} needs its {input.Role} here, but there is no such file or folder"))]);
        var listing = new StageListing();
        var yaml = definition.SettingsFiles.ToDictionary(Show, YamlHash);
        var plan = new StagePlan(definition.Stage, definition.Directory, CodeOf(definition, listing), SettingsOf(definition, yaml, done), [.. definition.Inputs.Select(input => InputOf(input, listing))]);
        return (plan with { SettingsFiles = yaml }, listing);
    }

    /// <summary>When what the stage reads by content was written to, by the path that is shown: size and time of each file, in a hash.</summary>
    public IReadOnlyDictionary<string, string> Writes(StageDefinition definition) => definition.Inputs.Where(input => !input.ByNameOnly).DistinctBy(input => (input.Path, input.Filter.Key))
        .GroupBy(input => Show(input.Path), input => File.Exists(input.Path) ? (FileStamp.Of(input.Path) with { ChangedNanoseconds = 0 }).ToHex() : FolderLook.Writes(input.Path, input.Filter))
        .ToDictionary(input => input.Key, input => string.Join(' ', input));

    /// <summary>The hash of a file that exists.</summary>
    public string Sha256Of(string path) => cache.Of(path).Files[0].Sha256;

    /// <summary>The files and folders directly in a stage's folder, but for its record and what it hides: its own memory, no output.</summary>
    public IReadOnlyList<StageOutput> Outputs(string directory)
    {
        if (!Directory.Exists(directory))
            return [];
        return
        [
            .. Directory.EnumerateFileSystemEntries(directory)
                .Where(path => Path.GetFileName(path) != StageManifest.FileName && !Path.GetFileName(path).StartsWith('.') && !path.EndsWith(".partial", StringComparison.Ordinal))
                .OrderBy(path => path, StringComparer.Ordinal)
                .Select(path => new StageOutput(Path.GetFileName(path), DigestOf(path))),
        ];
    }

    /// <summary>Every file of a stage's folder but its record, what it hides included.</summary>
    public IReadOnlyList<FileFingerprint> Files(string directory) =>
        cache.Of(directory, TreeFilter.Finished).Files;

    /// <summary>The store has linked to a stage's files: they are what they were.</summary>
    public void AcceptLinks(string directory)
    {
        cache.AcceptLinks(Directory.EnumerateFiles(directory, "*", SearchOption.AllDirectories));
        cache.Forget();
        Outputs(directory);
    }

    /// <summary>The packages that a stage's code is built with, by their lock files, each with its version.</summary>
    public IReadOnlyDictionary<string, string> Packages(StageDefinition definition)
    {
        var packages = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var lockFile in definition.CodeProjects.Select(project => Path.Combine(root, "stages", project, "packages.lock.json")).Where(File.Exists))
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(lockFile));
            foreach (var package in json.RootElement.GetProperty("dependencies").EnumerateObject().SelectMany(framework => framework.Value.EnumerateObject()))
            {
                if (package.Value.TryGetProperty("resolved", out var version))
                    packages[package.Name] = version.GetString()!;
            }
        }
        return packages;
    }

    /// <summary>A path as the user knows it: from the artifacts folder or the checkout where it lies in one of them.</summary>
    public string Show(string path)
    {
        foreach (var parent in (string[])[artifactsFolder, root])
        {
            var relative = Path.GetRelativePath(parent, path);
            if (!relative.StartsWith("..", StringComparison.Ordinal) && !Path.IsPathRooted(relative))
                return relative.Replace('\\', '/');
        }
        return path;
    }

    TreeDigest DigestOf(string path) => File.Exists(path) ? TreeDigest.OfContent(cache.Of(path).Files[0]) : cache.Of(path).Digest;

    static bool Exists(string path) => File.Exists(path) || Directory.Exists(path);

    Dictionary<string, string> CodeOf(StageDefinition definition, StageListing listing)
    {
        var code = definition.CodeProjects.ToDictionary(project => project, project => Listed(Role.Code(project), $"stages/{project}", listing).Digest.Sha256);
        if (definition.CommandFiles.Count > 0)
            code[Command] = TreeDigest.Of([.. definition.CommandFiles.SelectMany(file => Listed(Role.Code(Command), file, listing).Files)]).Sha256;
        return code;
    }

    FingerprintedTree Listed(string role, string path, StageListing listing)
    {
        var tree = CodeIn(Path.Combine(root, path));
        listing.Add(role, path, tree);
        return tree;
    }

    FingerprintedTree CodeIn(string path)
    {
        if (!_code.TryGetValue(path, out var tree))
            _code[path] = tree = cache.Of(path, Code);
        return tree;
    }

    SortedDictionary<string, string> SettingsOf(StageDefinition definition, Dictionary<string, string> yaml, StagePlan? done)
    {
        var settings = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in definition.SettingsFiles.SelectMany(path => YamlSettings(path, yaml[Show(path)], done)).Concat(definition.Settings).Append(Runtime))
            settings[name] = value;
        return settings;
    }

    IEnumerable<KeyValuePair<string, string>> YamlSettings(string path, string hash, StagePlan? done)
    {
        var shown = Show(path);
        return done is not null && done.SettingsFiles.GetValueOrDefault(shown) == hash
            ? done.Settings.Where(setting => setting.Key.StartsWith($"{shown}: ", StringComparison.Ordinal))
            : SettingsOfYaml.Read(path, shown);
    }

    // A file that is not there has no hash; reading it says so in the words of the configuration.
    string YamlHash(string path) => File.Exists(path) ? cache.Of(path).Files[0].Sha256 : "";

    StageInput InputOf(InputDefinition input, StageListing listing)
    {
        var shown = Show(input.Path);
        var files = input.ByNameOnly ? cache.NamesOf(input.Path, input.Filter) : cache.Of(input.Path, input.Filter);
        listing.Add(input.Role, shown, files);
        return new StageInput(input.Role, shown, files.Digest);
    }
}
