using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Download.Tests;

public sealed class HubTokenizerTests : IDisposable
{
    readonly DownloadRun _run = new();

    public void Dispose() => _run.Dispose();

    Task<string> FindAsync(string repository) => new HubTokenizer(_run["checkpoints"], _run.Hub.Address, null).FindAsync(repository, SilentStageLog.Instance, CancellationToken.None);

    [Fact]
    public void A_folder_is_no_repository()
    {
        Directory.CreateDirectory(_run["text_model"]);
        Assert.False(HubTokenizer.IsRepository(_run["text_model"]));
        Assert.False(HubTokenizer.IsRepository("./text_model"));
        Assert.False(HubTokenizer.IsRepository("../text_model"));
        Assert.True(HubTokenizer.IsRepository("lmsys/vicuna-7b-v1.5"));
    }

    [Fact]
    public async Task A_repository_is_downloaded_once_without_its_weights()
    {
        _run.Hub.Commit("lmsys/vicuna", ("tokenizer.model", "pieces", true), ("tokenizer_config.json", "{}", false), ("special_tokens_map.json", "{}", false), ("pytorch_model.bin", "weights", true));
        Assert.Equal(_run["checkpoints/lmsys/vicuna"], await FindAsync("lmsys/vicuna"));
        Assert.Equal([".hub", "special_tokens_map.json", "tokenizer.model", "tokenizer_config.json"], _run.FilesIn("checkpoints/lmsys/vicuna"));

        _run.Hub.Forget();
        Assert.Equal(_run["checkpoints/lmsys/vicuna"], await FindAsync("lmsys/vicuna"));
        Assert.Empty(_run.Hub.Requests);
    }

    [Theory]
    [InlineData("checkpoints/lmsys/vicuna")]
    [InlineData("checkpoints/vicuna")]
    public async Task A_repository_below_the_checkpoint_folder_needs_no_network(string folder)
    {
        Directory.CreateDirectory(_run[folder]);
        File.WriteAllText(Path.Combine(_run[folder], "tokenizer.model"), "pieces");
        Assert.Equal(_run[folder], await FindAsync("lmsys/vicuna"));
        Assert.Empty(_run.Hub.Requests);
    }

    [Fact]
    public async Task A_repository_that_is_nowhere_is_named()
    {
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => FindAsync("lmsys/nobody"));
        Assert.Equal(["lmsys/nobody: error LLAVA2052: HUB/api/models/lmsys/nobody/revision/main answered 404 Answer"], failure.Diagnostics.Select(problem => _run.Neutral(problem.ToString())));
    }
}
