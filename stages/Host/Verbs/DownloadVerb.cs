using System.CommandLine;
using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Download;

namespace Llava.Host.Verbs;

static class DownloadVerb
{
    /// <summary>The only place that a token is taken from.</summary>
    const string TokenVariable = "HF_TOKEN";

    static readonly Argument<string?> From = new("from") { Description = "hub:owner/name, hub:datasets/owner/name, or the https address of a file", Arity = ArgumentArity.ZeroOrOne };
    static readonly Option<string?> To = new("--to") { Description = "the folder that receives it" };
    static readonly Option<string[]> Files = new("--files") { Description = "paths or patterns of the files wanted; all without it", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };
    static readonly Option<string> Revision = new("--revision") { Description = "branch, tag or commit", DefaultValueFactory = _ => "main" };
    static readonly Option<bool> Unpack = new("--unpack") { Description = "what is fetched are zip archives, to be unpacked" };
    static readonly Option<string?> Sources = new("--sources") { Description = "a yaml or JSON file that names many sources; instead of the above" };
    static readonly Option<string?> Lock = new("--lock") { Description = "datasets.lock.json: revisions, sizes and hashes (default: in the folder of --to or --sources)" };
    static readonly Option<string> Hub = new("--hub") { Description = "address of the hub, or of a mirror", DefaultValueFactory = _ => DownloadOptions.DefaultHub };
    static readonly Option<string?> Record = new("--record") { Description = "remembers sizes, times and hashes of the files, so that they need not be hashed again" };
    static readonly Option<string?> Output = new("--output") { Description = "receives sources.json: what came from where" };
    static readonly Option<bool> UpdateLock = new("--update-lock") { Description = "take what the sources have now, and lock that" };
    static readonly Option<bool> Frozen = new("--frozen") { Description = "fail rather than add anything to the lock" };
    static readonly Option<bool> List = new("--list") { Description = "say what would be fetched, with sizes, and fetch nothing" };
    static readonly Option<int> Parallel = new("--parallel") { Description = "files fetched at a time", DefaultValueFactory = _ => 4 };

    public static Command Create()
    {
        var command = new Command("download", $"Fetches datasets and models; a token for gated ones is read from the environment variable {TokenVariable}.")
        {
            From, To, Files, Revision, Unpack, Sources, Lock, Hub, Record, Output, UpdateLock, Frozen, List, Parallel,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(Sources) is null == (result.GetValue(From) is null || result.GetValue(To) is null))
                result.AddError("name either a source and the folder --to, or a file of --sources");
        });
        command.SetAction((parsed, cancellation) => DownloadStage.RunAsync(Options(parsed), VerbRunner.Log, cancellation));
        return command;
    }

    internal static string? Token() => Environment.GetEnvironmentVariable(TokenVariable)?.Trim() is { Length: > 0 } token ? token : null;

    static DownloadOptions Options(ParseResult parsed)
    {
        var sources = parsed.GetValue(Sources);
        var folder = sources is null ? parsed.GetValue(To)! : Path.GetDirectoryName(Path.GetFullPath(sources))!;
        return new DownloadOptions
        {
            Sources = sources is null ? OneSource(parsed) : ConfigDocument.Load(sources),
            LockFile = Path.GetFullPath(parsed.GetValue(Lock) ?? Path.Combine(folder, "datasets.lock.json")),
            Hub = parsed.GetRequiredValue(Hub),
            Token = Token(),
            Record = parsed.GetValue(Record),
            Output = parsed.GetValue(Output),
            UpdateLock = parsed.GetValue(UpdateLock),
            Frozen = parsed.GetValue(Frozen),
            List = parsed.GetValue(List),
            Parallel = parsed.GetValue(Parallel),
        };
    }

    static ConfigDocument OneSource(ParseResult parsed)
    {
        var from = parsed.GetRequiredValue(From)!;
        var source = new Dictionary<string, object>
        {
            ["name"] = from.TrimEnd('/').Split('/')[^1],
            ["from"] = from,
            ["folder"] = Path.GetFullPath(parsed.GetRequiredValue(To)!),
            ["revision"] = parsed.GetRequiredValue(Revision),
            ["unpack"] = parsed.GetValue(Unpack),
            ["files"] = parsed.GetRequiredValue(Files) is { Length: > 0 } named ? named : ["*"],
        };
        // JSON is yaml.
        return ConfigDocument.Parse(JsonSerializer.Serialize(new { sources = new[] { source } }), "llava download");
    }
}
