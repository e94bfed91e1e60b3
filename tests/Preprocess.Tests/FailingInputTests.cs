using Llava.Contracts.Diagnostics;
using Llava.Tests;
using static Llava.Preprocess.Tests.PreprocessRun;

namespace Llava.Preprocess.Tests;

/// <summary>Inputs that end the reference's run.</summary>
public sealed class FailingInputTests
{
    [Theory]
    [InlineData("ai2d", "ai2d_correct_out_of_range/q", """{"file":"1.json","line":1,"id":"1","code":"LLAVA2005","reason":"the correct answer is option 2 of 2, counted from 0"}""")]
    [InlineData("arxivqa", "arxivqa_empty_label_with_rationale", """{"file":"a.jsonl","line":1,"id":"q-bio-1","code":"LLAVA2005","reason":"the label is empty"}""")]
    [InlineData("arxivqa", "arxivqa_null_rationale", """{"file":"a.jsonl","line":1,"id":"physics-1","code":"LLAVA2004","reason":"the field \"rationale\" is not a string"}""")]
    [InlineData("arxivqa", "arxivqa_blank_line", """{"file":"a.jsonl","line":2,"id":null,"code":"LLAVA2002","reason":"the line is blank"}""")]
    [InlineData("arxivqa", "arxivqa_nonstring_option", """{"file":"a.jsonl","line":1,"id":"math-1","code":"LLAVA2004","reason":"an option is not a string"}""")]
    [InlineData("sp_docvqa", "sp_docvqa_empty_answers", """{"file":"train_v1.0_withQT.json","line":1,"id":"1","code":"LLAVA2005","reason":"the list of answers is empty"}""")]
    public async Task A_sample_that_kills_the_reference_is_quarantined(string dataset, string input, string entry)
    {
        using var folder = new TemporaryFolder();
        await RunAsync(dataset, GoldenData.Require($"preprocess/_failing/{input}"), folder.Path, maximumQuarantine: 1);
        Assert.Equal(entry + "\n", await File.ReadAllTextAsync(folder["quarantine.jsonl"]));
    }

    [Theory]
    [InlineData("ai2d_five_options/q", """{"id": "1", "image": "ai2d/images/1.png", "conversations": [{"from": "human", "value": "<image>\nq? a) v b) w c) x d) y e) z"}, {"from": "gpt", "value": "a) v"}]}""")]
    [InlineData("ai2d_stray_file/q", """{"id": "1", "image": "ai2d/images/1.png", "conversations": [{"from": "human", "value": "<image>\nq? a) x b) y"}, {"from": "gpt", "value": "a) x"}]}""")]
    public async Task A_diagram_that_kills_the_reference_is_written(string input, string line)
    {
        using var folder = new TemporaryFolder();
        await RunAsync("ai2d", GoldenData.Require($"preprocess/_failing/{input}"), folder.Path);
        Assert.Equal(line + "\n", await File.ReadAllTextAsync(folder["ai2d_llava.jsonl"]));
        Assert.Equal("", await File.ReadAllTextAsync(folder["quarantine.jsonl"]));
    }

    [Fact]
    public async Task A_missing_split_is_reported_and_nothing_is_written()
    {
        using var folder = new TemporaryFolder();
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => RunAsync("chartqa", GoldenData.Require("preprocess/_failing/chartqa_missing_split"), folder["out"]));
        Assert.Equal(5, error.Diagnostics.Count);
        Assert.False(Directory.Exists(folder["out"]));
    }

    [Fact]
    public async Task Mending_quarantines_an_ai2d_answer_of_minus_one()
    {
        using var folder = new TemporaryFolder();
        await RunAsync("ai2d", GoldenData.Require("preprocess/ai2d/input/questions"), folder.Path, mend: true, maximumQuarantine: 1);
        Assert.Equal(
            """{"file":"201.png.json","line":1,"id":"201.png-0","code":"LLAVA2005","reason":"the correct answer is option -1 of 4, counted from 0"}""" + "\n",
            await File.ReadAllTextAsync(folder["quarantine.jsonl"]));
    }
}
