using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Download.Hub;
using Llava.Download.Sources;

namespace Llava.Download;

/// <summary>
/// A tokenizer that is named as <c>huggingface_tokenizer</c> names it: a folder, or a hub's repository, which is looked for below the checkpoint folder
/// and downloaded into it where it is not there.
/// </summary>
/// <param name="Checkpoints">Holds models in folders <c>owner/name</c>, <c>name</c>, or as <see cref="DownloadStage"/> laid them out.</param>
public sealed record HubTokenizer(string Checkpoints, string Hub, string? Token)
{
    // tokenizer.model, tokenizer.json, tokenizer_config.json, special_tokens_map.json, added_tokens.json: no repository has all.
    const string TokenizerFiles = "*token*";

    /// <summary>The text names neither a file nor a folder, but may name a repository.</summary>
    public static bool IsRepository(string name) => !Path.Exists(name) && SourceAddress.IsRepository(name);

    /// <returns>The folder with the tokenizer's files.</returns>
    /// <exception cref="DiagnosticException">The repository is nowhere to be had.</exception>
    public async Task<string> FindAsync(string repository, IStageLog log, CancellationToken cancellation)
    {
        var checkpoints = Path.GetFullPath(Checkpoints);
        if (HubFolder.Find(checkpoints, repository) is { } found)
            return found;
        var folder = Path.Combine(checkpoints, repository);
        log.Information($"{repository} is not below {checkpoints}: downloading its tokenizer");
        var source = new { name = repository, from = $"hub:{repository}", folder, files = new[] { TokenizerFiles } };
        await DownloadStage.RunAsync(
            new DownloadOptions
            {
                Sources = ConfigDocument.Parse(JsonSerializer.Serialize(new { sources = new[] { source } }), repository),
                LockFile = Path.Combine(checkpoints, "datasets.lock.json"),
                Hub = Hub,
                Token = Token,
            },
            log,
            cancellation);
        return folder;
    }
}
