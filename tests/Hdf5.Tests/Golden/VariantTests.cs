using System.Text.Json.Nodes;

namespace Llava.Hdf5.Tests.Golden;

/// <summary>Runs of the reference with other options.</summary>
public sealed class VariantTests
{
    [Theory]
    [InlineData("p1_eos_after_prompt")]
    [InlineData("p1_files_per_record_4")]
    [InlineData("p1_inverted_mask")]
    [InlineData("p1_std")]
    [InlineData("p2_eos_after_prompt")]
    [InlineData("p2_files_per_record_4")]
    [InlineData("p2_fpr4_no_remainder")]
    [InlineData("p2_inverted_mask")]
    [InlineData("p2_llava_plain")]
    [InlineData("p2_llava_v1")]
    [InlineData("p2_no_completion_prefix")]
    [InlineData("p2_no_ftfy")]
    [InlineData("p2_no_image_key_configured")]
    [InlineData("p2_no_prefixes")]
    [InlineData("p2_no_prompt_prefix")]
    [InlineData("p2_prompt_completion_keys")]
    [InlineData("p2_vicuna_v0_longprefix")]
    [InlineData("p2_wikitext_detok")]
    [InlineData("p2_write_in_batch_false")]
    [InlineData("p2_yaml_eos13")]
    [InlineData("p2_yaml_pad0")]
    [InlineData("p2_zephyr")]
    public async Task Rows_and_statistics_are_equal(string name)
    {
        using var run = new GoldenRun("variants", name, padIsUnknown: false);
        await run.RunAsync();
        Assert.NotEqual(0, run.CompareRows());
        run.CompareStatistics("post-process", "h5_dataset_stats");
        // Where eos is the pad too, the reference takes the eos of zephyr's system prompt for the first patch.
        if (name != "p2_zephyr")
            run.CompareStatistics("image_patch_info");
    }

    [Fact]
    public async Task The_output_name_of_the_yaml_is_used()
    {
        using var run = new GoldenRun("variants", "p2_output_name_yaml", padIsUnknown: false);
        await run.RunAsync();
        Assert.Equal(["mydata_0_0.h5"], Directory.GetFiles(run.Output, "*.h5").Select(Path.GetFileName));
    }

    [Fact]
    public async Task Turns_that_are_plain_strings_are_quarantined()
    {
        using var run = new GoldenRun("variants", "p2_list_of_strings", padIsUnknown: false);
        await run.RunAsync();
        Assert.Equal(6, run.Quarantined.Count(sample => (string?)sample["code"] == "LLAVA3112"));
    }
}
