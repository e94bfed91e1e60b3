using Llava.Contracts.Diagnostics;
using Llava.Golden.Tests.Tokenization;

namespace Llava.Golden.Tests.Hdf5;

/// <summary>Inputs that kill the reference, or that it drops in silence: here the run goes on, and the ledger has what is not written.</summary>
public sealed class CrashTests
{
    const string Group = "h5/crashes";

    /// <summary>What the names of the cases say; a case of another name may fail for any reason that has a code.</summary>
    static readonly Dictionary<string, string> Codes = new(StringComparer.Ordinal)
    {
        ["all_discarded_2proc"] = "LLAVA3115",
        ["array_line_as_written_by_arxivcap"] = "LLAVA3111",
        ["bad_json"] = "LLAVA3111",
        ["blank_line"] = "LLAVA3111",
        ["empty_conversations"] = "LLAVA3112",
        ["image_list"] = "LLAVA3115",
        ["image_null_no_model"] = "LLAVA3115",
        ["lone_surrogate"] = "LLAVA3114",
        ["missing_conversations"] = "LLAVA3112",
        ["null_value"] = "LLAVA3114",
        ["numeric_prompt_p1"] = "LLAVA3114",
        ["numeric_value"] = "LLAVA3114",
        ["odd_turns"] = "LLAVA3113",
        ["p1_no_multi_modal_all_discarded"] = "LLAVA3115",
        ["p1_overlong"] = "LLAVA3118",
        ["p2_all_overlong"] = "LLAVA3118",
        ["p2_first_prompt_empty"] = "LLAVA3117",
        ["p2_first_prompt_empty_textonly"] = "LLAVA3117",
        ["p2_no_image_no_model"] = "LLAVA3116",
        ["second_turn_lacks_value"] = "LLAVA3112",
        ["string_line"] = "LLAVA3111",
    };

    [Fact]
    public async Task Every_sample_is_written_or_in_the_ledger()
    {
        var folder = GoldenSet.Require(Group);
        TokenizerFolders.Require(TokenizerFolders.WithoutPad);
        await Comparison.EachAsync("h5", "crashes", GoldenSet.Folders(Group).Where(name => YamlOf(folder, name) is not null), name => CompareAsync(folder, name));
    }

    static async Task<long> CompareAsync(string folder, string name)
    {
        using var run = new ReferenceRun(folder, YamlOf(folder, name)!);
        try
        {
            await run.RunAsync();
        }
        catch (DiagnosticException error)
        {
            // A configuration that cannot work is refused before the first sample.
            Assert.NotEmpty(error.Diagnostics);
            Assert.False(Directory.Exists(run.Output));
            return 1;
        }
        Assert.Equal(run.InputLines, run.Rows + run.Quarantined.Count);
        Assert.Equal(run.Rows > 0, Directory.GetFiles(run.Output, "*.h5").Length > 0);
        Assert.All(run.Quarantined, sample => Assert.StartsWith("LLAVA31", (string?)sample["code"], StringComparison.Ordinal));
        if (Codes.TryGetValue(name, out var code))
            Assert.Contains(run.Quarantined, sample => (string?)sample["code"] == code);
        if (ReferenceRows.FilesOf(run.Expected).Count > 0)
        {
            run.CompareRows();
            run.CompareStatistics("post-process", "h5_dataset_stats");
        }
        return 1;
    }

    static string? YamlOf(string folder, string name) =>
        new[] { $"{name}/out/config.yaml", $"{name}/cfg.yaml" }.FirstOrDefault(yaml => File.Exists(Path.Combine(folder, yaml)));
}
