using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Llava.Download.Tests.Server;

namespace Llava.Pipeline.Tests;

/// <summary>The real target against a hub on this machine.</summary>
public sealed class DownloadTests : IDisposable
{
    const string RedPixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";

    readonly string _folder = Directory.CreateTempSubdirectory("llava-download-").FullName;
    readonly LocalHub _hub = new();

    string this[string name] => Path.Combine(_folder, name);

    public void Dispose()
    {
        _hub.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public void What_a_recipe_needs_is_downloaded_once_locked_and_used()
    {
        HostEverything("red");
        var first = Start("Download").MustSucceed();
        Assert.Equal(["recipe", "download"], first.Stages);
        Assert.Equal(["config.json", "preprocessor_config.json", "pytorch_model.bin"], FilesIn("data/pretrained/7b/image_model"));
        Assert.Equal(["config.json", "config_lmsys.json", "pytorch_model-00001-of-00001.bin", "tokenizer.model", "tokenizer_config.json", "special_tokens_map.json"], FilesIn("data/pretrained/7b/text_model"));
        Assert.Equal(["{\"of\":\"llava\"}", "{\"of\":\"vicuna\"}"], ((string[])["config.json", "config_lmsys.json"]).Select(name => File.ReadAllText(this[$"data/pretrained/7b/text_model/{name}"])));
        Assert.True(File.Exists(this["data/images/ChartQA_Dataset/train/png/1.png"]));
        Assert.DoesNotContain(_hub.Requests, request => request.Path.Contains("LLaVA-Pretrain", StringComparison.Ordinal));

        _hub.Forget();
        var second = Start("Download").MustSucceed();
        Assert.Empty(second.Stages);
        Assert.Contains("download is up to date: image-model, text-model, llava-config, chartqa", second.Output, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);

        Start("Preprocess").MustSucceed();
        Assert.Contains("which bar", File.ReadAllText(this["artifacts/preprocess/chartqa/train_human_llava.jsonl"]), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_gone_comes_back_as_it_was_locked()
    {
        HostEverything("red");
        Start("Download").MustSucceed();
        HostEverything("blue");
        _hub.Forget();
        File.Delete(this["data/ChartQA/train/train_human.json"]);
        var run = Start("Download", "-p:FrozenLock=true").MustSucceed();
        Assert.Matches("download is stale: .*/ChartQA/train/train_human.json is gone", run.Output);
        Assert.Contains("red", File.ReadAllText(this["data/ChartQA/train/train_human.json"]), StringComparison.Ordinal);
        Assert.Equal(["/datasets/ahmed-masry/ChartQA/resolve", "/storage"], _hub.Requests.Select(request => request.Path[..request.Path.LastIndexOf('/')].Split("/resolve/")[0] + (request.Path.Contains("/resolve/", StringComparison.Ordinal) ? "/resolve" : "")));

        Assert.Equal(["download"], Start("Download", "-p:UpdateLock=true").MustSucceed().Stages);
        Assert.Contains("blue", File.ReadAllText(this["data/ChartQA/train/train_human.json"]), StringComparison.Ordinal);
        Start("Download").MustRunNothing();
    }

    [Fact]
    public void In_CI_nothing_comes_that_is_not_locked_and_what_is_locked_comes_only_with_its_hash()
    {
        HostEverything("red");
        string[] ci = ["-p:Recipe=7b", $"-p:DataRoot={this["data"]}", $"-p:HubUrl={_hub.Address}", $"-p:DatasetsLock={this["datasets.lock.json"]}", "-p:CI=true"];
        Assert.All(PipelineRun.Start("Download", this["artifacts"], ci).MustFail().Errors, error => Assert.Contains("error LLAVA2056: ", error, StringComparison.Ordinal));
        Assert.False(File.Exists(this["datasets.lock.json"]));
        Start("Download").MustSucceed();
        var locked = File.ReadAllText(this["datasets.lock.json"]);
        File.Delete(this["data/pretrained/7b/text_model/tokenizer.model"]);
        PipelineRun.Start("Download", this["artifacts"], ci).MustSucceed();
        File.Delete(this["data/pretrained/7b/text_model/tokenizer.model"]);
        var hash = Convert.ToHexStringLower(SHA256.HashData("pieces"u8));
        var other = new string('0', hash.Length);
        Assert.Contains(hash, locked, StringComparison.Ordinal);
        File.WriteAllText(this["datasets.lock.json"], locked.Replace(hash, other, StringComparison.Ordinal));
        var refused = PipelineRun.Start("Download", this["artifacts"], ci).MustFail();
        Assert.Contains(refused.Errors, error => error.Contains(hash, StringComparison.Ordinal) && error.Contains(other, StringComparison.Ordinal));
        Assert.False(File.Exists(this["data/pretrained/7b/text_model/tokenizer.model"]));
    }

    [Fact]
    public void A_list_says_what_would_come_and_registration_is_asked_for_with_all_else_that_is_wrong()
    {
        HostEverything("red");
        var list = Start("Download", "-p:ListDownloads=true").MustSucceed();
        Assert.Contains("  ChartQA Dataset.zip  ", list.Output, StringComparison.Ordinal);
        Assert.Matches(@"10 files to fetch, [\d.]+ kB", list.Output);
        Assert.False(Directory.Exists(this["data"]));

        var run = Start("Download", $"-p:SPDocVQA={this["docvqa"]}", $"-p:ArxivQA={this["arxivqa"]}").MustFail();
        Assert.Equal(
            [
                "MMInstruction/ArxivQA : error LLAVA2052: " + $"{_hub.Address}/api/datasets/MMInstruction/ArxivQA/revision/main answered 404 Answer",
                $"{this["docvqa"]} : error LLAVA2051: sp-docvqa needs registration, so it cannot be downloaded from here: go to https://www.docvqa.org/datasets/docvqa, then put train_v1.0_withQT.json, val_v1.0_withQT.json into this folder",
                $"{this["data/images/DocVQA/sp_docvqa/images"]} : error LLAVA2051: sp-docvqa-images needs registration, so it cannot be downloaded from here: go to https://www.docvqa.org/datasets/docvqa, then put *.png into this folder",
            ], run.Errors);
    }

    [Fact]
    public void A_dry_run_says_that_it_would_download_and_asks_nobody()
    {
        HostEverything("red");
        _hub.Forget();
        var run = Start("Download", "-p:DryRun=true").MustSucceed();
        Assert.Empty(run.Stages);
        Assert.Contains("download would run: it has not run yet", run.Output, StringComparison.Ordinal);
        Assert.Empty(_hub.Requests);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void The_demo_has_nothing_to_download()
    {
        var run = PipelineRun.Start("Download", this["artifacts"]).MustSucceed();
        Assert.Equal(["recipe"], run.Stages);
        Assert.Contains("recipe demo has nothing to download", run.Output, StringComparison.Ordinal);
    }

    PipelineRun Start(string target, params string[] more) => PipelineRun.Start(target, this["artifacts"],
        ["-p:Recipe=7b", $"-p:DataRoot={this["data"]}", $"-p:ChartQA={this["data/ChartQA"]}", $"-p:HubUrl={_hub.Address}", $"-p:DatasetsLock={this["datasets.lock.json"]}", "-p:FrozenLock=false", .. more]);

    string[] FilesIn(string folder) => [.. Directory.GetFiles(this[folder]).Select(path => Path.GetFileName(path)).Where(name => name != ".hub").OrderBy(name => name.StartsWith("special", StringComparison.Ordinal)).ThenBy(name => name, StringComparer.Ordinal)];

    void HostEverything(string answer)
    {
        _hub.Commit("openai/clip-vit-large-patch14-336", ("config.json", "{}", false), ("preprocessor_config.json", "{}", false), ("pytorch_model.bin", "weights", true), ("tf_model.h5", "no", true));
        _hub.Commit("lmsys/vicuna-7b-v1.5", ("config.json", "{\"of\":\"vicuna\"}", false), ("pytorch_model-00001-of-00001.bin", "weights", true), ("special_tokens_map.json", "{}", false), ("tokenizer.model", "pieces", true), ("tokenizer_config.json", "{}", false));
        _hub.Commit("liuhaotian/llava-v1.5-7b", ("config.json", "{\"of\":\"llava\"}", false), ("pytorch_model.bin", "no", true));
        _hub.Commit("datasets/ahmed-masry/ChartQA", [("README.md", "no"u8.ToArray(), false), ("ChartQA Dataset.zip", Charts(answer), true)]);
    }

    static byte[] Charts(string answer)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var split in (string[])["train", "val", "test"])
            {
                Write(zip, $"ChartQA Dataset/{split}/png/1.png", Convert.FromBase64String(RedPixel));
                foreach (var kind in (string[])["human", "augmented"])
                    Write(zip, $"ChartQA Dataset/{split}/{split}_{kind}.json", Encoding.UTF8.GetBytes($$"""[{"imgname": "1.png", "query": "which bar?", "label": "{{answer}}"}]"""));
            }
        }
        return buffer.ToArray();
    }

    static void Write(ZipArchive zip, string path, byte[] content)
    {
        using var stream = zip.CreateEntry(path).Open();
        stream.Write(content);
    }
}
