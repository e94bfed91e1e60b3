using Llava.Contracts.Diagnostics;
using Llava.Hdf5.Inspection;
using Llava.Tests;

namespace Llava.Hdf5.Tests.Inspection;

public sealed class SampleViewTests : IDisposable
{
    readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task A_row_is_shown_with_what_is_learned_and_what_is_masked()
    {
        _run.WriteSamples("a.jsonl", 1, 3);
        await _run.RunAsync();
        var view = SampleView.Of(Path.Combine(_run.Output, _run.OutputFiles[0]), 1, tokenizerFolder: null);
        Assert.Equal(["row 1 of 3, max_seq_length 200", $"image: {SmallRun.ImageOf(2)}"], view.Heading.Take(2));
        Assert.Matches(@"^\d+ tokens attended to, \d+ with loss, \d+ masked$", view.Heading[2]);
        Assert.StartsWith("<s> A chat between", view.Runs[0].Text, StringComparison.Ordinal);
        Assert.Equal([" It is number 2.", "</s>"], view.Runs.Where(run => run.HasLoss).Select(run => run.Text));
        var padding = Assert.Single(view.Runs, run => !run.IsAttended && !run.HasLoss);
        Assert.Matches(@"^ \S+ x \d+ $", padding.Text);
    }

    [Fact]
    public async Task A_row_beyond_the_last_is_an_error()
    {
        _run.WriteSamples("a.jsonl", 1, 3);
        await _run.RunAsync();
        var error = Assert.Throws<DiagnosticException>(() => SampleView.Of(_run.Output, 3, tokenizerFolder: null));
        Assert.Equal($"{_run.Output}: error LLAVA1006: there is no row 3; the first is 0 and there are 3", error.Message);
    }

    [Fact]
    public async Task Without_data_params_the_tokenizer_is_asked_for()
    {
        _run.WriteSamples("a.jsonl", 1, 1);
        await _run.RunAsync();
        var parameters = Path.Combine(_run.Output, "data_params.json");
        File.Delete(parameters);
        var error = Assert.Throws<DiagnosticException>(() => SampleView.Of(_run.Output, 0, tokenizerFolder: null));
        Assert.Equal($"{parameters}: error LLAVA1001: this file would name the tokenizer; give its folder with --tokenizer", error.Message);
        Assert.NotEmpty(SampleView.Of(_run.Output, 0, GoldenData.Require("small/model/hf_in/text_model")).Runs);
    }
}
