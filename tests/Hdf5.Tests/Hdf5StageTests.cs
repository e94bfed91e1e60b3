using Llava.Contracts.Diagnostics;

namespace Llava.Hdf5.Tests;

public sealed class Hdf5StageTests : IDisposable
{
    readonly SmallRun _run = new();

    public void Dispose() => _run.Dispose();

    [Fact]
    public async Task The_number_of_workers_does_not_change_a_byte()
    {
        _run.WriteSamples("b.jsonl", 0, 120);
        _run.WriteSamples("a.jsonl", 500, 33);
        await _run.RunAsync();
        var one = _run.Fingerprint();
        await _run.RunAsync("setup.processes=4");
        Assert.Equal(one, _run.Fingerprint());
        Assert.Equal(["examples_0_0.h5", "examples_1_0.h5", "examples_2_0.h5", "examples_3_0.h5"], _run.OutputFiles);
        Assert.StartsWith(SmallRun.ImageOf(500), _run.Rows()[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_an_earlier_run_are_replaced()
    {
        _run.WriteSamples("a.jsonl", 0, 120);
        await _run.RunAsync();
        await _run.RunAsync("processing.files_per_record=100", "processing.output_name=other");
        Assert.Equal(["other_0_0.h5", "other_1_0.h5"], _run.OutputFiles);
    }

    [Fact]
    public async Task Shuffled_rows_are_the_same_rows_in_another_order_that_only_the_seed_chooses()
    {
        _run.WriteSamples("a.jsonl", 0, 120);
        await _run.RunAsync();
        var rows = _run.Rows();
        await _run.RunAsync("shuffle.seed=3", "shuffle.chunks=4");
        var shuffled = _run.Rows();
        var fingerprint = _run.Fingerprint();
        Assert.Equal(["data-00000.h5", "data-00001.h5", "data-00002.h5", "data-00003.h5"], _run.OutputFiles);
        Assert.NotEqual(rows, shuffled);
        Assert.Equal(rows.Order(StringComparer.Ordinal), shuffled.Order(StringComparer.Ordinal));

        await _run.RunAsync("shuffle.seed=3", "shuffle.chunks=4", "setup.processes=3", "processing.files_per_record=17");
        Assert.Equal(fingerprint, _run.Fingerprint());
        await _run.RunAsync("shuffle.seed=4", "shuffle.chunks=4");
        Assert.NotEqual(shuffled, _run.Rows());
        Assert.Equal([".shards"], Directory.GetDirectories(_run.Output).Select(Path.GetFileName));
    }

    [Fact]
    public async Task The_shuffle_verb_reads_sub_folders()
    {
        _run.WriteSamples("a.jsonl", 0, 60);
        await _run.RunAsync();
        var input = Directory.CreateDirectory(Path.Combine(_run.Folder, "h5", "sub")).FullName;
        File.Copy(Path.Combine(_run.Output, "examples_0_0.h5"), Path.Combine(input, "x.h5"));
        File.Copy(Path.Combine(_run.Output, "examples_1_0.h5"), Path.Combine(input, "..", "y.h5"));
        var output = Path.Combine(_run.Folder, "shuffled");
        await ShuffleStage.RunAsync(new ShuffleOptions(Path.Combine(_run.Folder, "h5"), output, 7, 1), Llava.Contracts.Progress.SilentStageLog.Instance, CancellationToken.None);
        Assert.Equal(_run.Rows().Order(StringComparer.Ordinal), _run.Rows(output).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Too_many_unusable_samples_fail_and_leave_the_old_files()
    {
        _run.WriteSamples("a.jsonl", 0, 60);
        await _run.RunAsync();
        var before = _run.Fingerprint();
        File.Delete(Path.Combine(_run.Folder, "images", SmallRun.ImageOf(1)));
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => _run.RunAsync(maximumQuarantine: 0.01));
        Assert.Equal($"{_run.Output}/quarantine.jsonl: error LLAVA2001: 1 of 60 samples cannot be used, more than the 1 % allowed (MaxQuarantine): 1 x LLAVA3115 an image is missing", error.Message);
        Assert.Equal(before, _run.Fingerprint());
        await _run.RunAsync();
        Assert.Equal(59, _run.Rows().Count);
        Assert.Equal([("quarantined", 1), ("quarantined.LLAVA3115", 1)], _run.Log.Counts.Where(count => count.Key.StartsWith("quarantined", StringComparison.Ordinal)).Select(count => (count.Key, count.Value)));
        Assert.Equal(1, _run.Log.Counts["images_missing"]);
    }

    [Fact]
    public async Task Rows_without_any_loss_fail_when_they_are_more_than_one_in_a_hundred()
    {
        _run.WriteSamples("a.jsonl", 0, 120, completion: number => number is 30 or 31 ? "" : "yes");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => _run.RunAsync("dataset.completion_prefix="));
        Assert.Equal($"{_run.Output}: error LLAVA3106: 2 of 120 rows carry no loss at all, first a.jsonl(31), a.jsonl(32)", error.Message);
        await _run.RunAsync();
    }

    [Fact]
    public async Task Few_rows_fail_when_most_carry_no_loss()
    {
        _run.WriteSamples("a.jsonl", 0, 3, completion: number => number == 0 ? "yes" : "");
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => _run.RunAsync("dataset.completion_prefix="));
        Assert.Equal($"{_run.Output}: error LLAVA3106: 2 of 3 rows carry no loss at all, first a.jsonl(2), a.jsonl(3)", error.Message);
    }

    [Fact]
    public async Task What_is_wrong_with_the_configuration_is_said_at_once()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => _run.RunAsync("processing.max_len=7", "setup.dataset_processor=LlavaPhaseOnePreprocessors"));
        Assert.Equal(
            [
                "--set setup.dataset_processor: error LLAVA1006: setup.dataset_processor is \"LlavaPhaseOnePreprocessors\", but must be one of LlavaPhaseOnePreprocessor, LlavaPhaseTwoPreprocessor; did you mean LlavaPhaseOnePreprocessor?",
                "--set processing.max_len: error LLAVA1003: unknown key processing.max_len",
            ],
            error.Diagnostics.Select(problem => problem.ToString()));
    }

    [Fact]
    public async Task An_input_folder_without_jsonl_is_an_error_that_names_it()
    {
        var error = await Assert.ThrowsAsync<DiagnosticException>(() => _run.RunAsync());
        Assert.Equal($"{_run.Folder}/in: error LLAVA3105: there is no .jsonl file in this folder (setup.input_dir)", error.Message);
    }
}
