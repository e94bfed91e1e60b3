namespace Llava.Hdf5.Tests.Golden;

/// <summary>Inputs that kill the reference, or that it drops in silence: here each is in the ledger, and the run goes on.</summary>
public sealed class CrashTests
{
    [Theory]
    [InlineData("all_discarded_2proc", "LLAVA3115", "there is no image \"nope.png\"", 0)]
    [InlineData("array_line_as_written_by_arxivcap", "LLAVA3111", "a list instead of an object", 0)]
    [InlineData("bad_json", "LLAVA3111", "not JSON: expected a value but the text ends", 0)]
    [InlineData("blank_line", "LLAVA3111", "the line is blank", 1)]
    [InlineData("empty_conversations", "LLAVA3112", "\"conversations\" is not a list of turns, or empty", 0)]
    [InlineData("image_list", "LLAVA3115", "\"image\" is a list, not a path", 0)]
    [InlineData("image_null_no_model", "LLAVA3115", "\"image\" is null, not a path", 0)]
    [InlineData("lone_surrogate", "LLAVA3114", "text 2 holds half of a surrogate pair", 0)]
    [InlineData("missing_conversations", "LLAVA3112", "there is no \"conversations\"", 0)]
    [InlineData("null_value", "LLAVA3114", "text 2 is null", 0)]
    [InlineData("numeric_prompt_p1", "LLAVA3114", "text 1 is the number 3", 0)]
    [InlineData("numeric_value", "LLAVA3114", "text 2 is the number 14", 0)]
    [InlineData("odd_turns", "LLAVA3113", "3 turns: every prompt needs a completion", 1)]
    [InlineData("p1_no_multi_modal_all_discarded", "LLAVA3115", "there is no image \"nope.png\"", 0)]
    [InlineData("p1_overlong", "LLAVA3118", null, 1)]
    [InlineData("p2_all_overlong", "LLAVA3118", null, 0)]
    [InlineData("p2_first_prompt_empty", "LLAVA3117", "the first prompt has no text beside the image", 0)]
    [InlineData("p2_first_prompt_empty_textonly", "LLAVA3117", "the first prompt has no text beside the image", 0)]
    [InlineData("p2_no_image_no_model", "LLAVA3116", "neither \"image\" nor \"model\"", 0)]
    [InlineData("second_turn_lacks_value", "LLAVA3112", "turn 2 has no \"value\"", 0)]
    [InlineData("string_line", "LLAVA3111", "a text instead of an object", 0)]
    public async Task The_sample_is_quarantined(string name, string code, string? reason, int rows)
    {
        using var run = new GoldenRun("crashes", $"{name}/out", padIsUnknown: false);
        await run.RunAsync();
        var sample = Assert.Single(run.Quarantined);
        Assert.Equal(code, (string?)sample["code"]);
        if (reason is not null)
            Assert.Equal(reason, (string?)sample["reason"]);
        Assert.Equal(rows, (int?)run.DataParameters["post-process"]!["n_examples"]);
        Assert.Equal(rows > 0, File.Exists(Path.Combine(run.Output, "examples_0_0.h5")));
    }

    [Theory]
    [InlineData("image_empty_string")]
    [InlineData("img_all_text_only")]
    [InlineData("single_example")]
    [InlineData("trailing_whitespace_and_bom")]
    public async Task An_unusual_input_gives_the_rows_of_the_reference(string name)
    {
        using var run = new GoldenRun("crashes", $"{name}/out", padIsUnknown: false);
        await run.RunAsync();
        Assert.Equal("1", run.DataParameters["post-process"]!["n_examples"]!.ToJsonString());
        run.CompareStatistics("post-process", "h5_dataset_stats");
        Assert.Empty(run.Quarantined);
    }

    [Fact]
    public async Task Without_a_system_prompt_a_sample_begins_with_bos()
    {
        using var run = new GoldenRun("crashes", "system_prompt_none/out", padIsUnknown: false);
        await run.RunAsync();
        Assert.Equal("5", run.DataParameters["image_patch_info"]!["image_patch_start_idx"]!.ToJsonString());
    }
}
