using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava hdf5</c>, killed outright at any moment, loses one input file's work at most.</summary>
public sealed class KilledHdf5Tests : IDisposable
{
    const int Kills = 20;
    const int Files = 6;
    const int SamplesPerFile = 700;

    readonly string _folder = Directory.CreateTempSubdirectory("llava-killed-").FullName;

    public KilledHdf5Tests()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "in"));
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        File.WriteAllBytes(Path.Combine(_folder, "images", "a.png"), []);
        for (var file = 0; file < Files; file++)
            File.WriteAllLines(Path.Combine(_folder, "in", $"{file}.jsonl"), Enumerable.Range(0, SamplesPerFile).Select(sample => Sample(file, sample)));
        File.WriteAllText(Path.Combine(_folder, "hdf5.yaml"), $"""
            setup: {"{"}input_dir: {_folder}/in, output_dir: {_folder}/out, processes: 2, dataset_processor: LlavaPhaseTwoPreprocessor{"}"}
            processing: {"{"}tokenizer_type: HuggingFaceTokenizer, huggingface_tokenizer: {GoldenData.Require("small/model/hf_in/text_model")}, max_seq_length: 512, files_per_record: 900{"}"}
            dataset: {"{"}use_ftfy: true, multi_turn_key: conversations, multi_turn_content_key: value, image_key: image, image_dir: {_folder}/images, num_patches: 16, system_prompt_style: vicuna_v1, prompt_prefix: "USER:", completion_prefix: "ASSISTANT:"{"}"}
            shuffle: {"{"}seed: 1, chunks: 3{"}"}
            """);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_next_run_tokenizes_at_most_one_file_again_and_ends_with_the_same_bytes()
    {
        var clock = Stopwatch.StartNew();
        Run(killAfter: null);
        var (whole, seconds) = (Fingerprint(), clock.Elapsed.TotalSeconds);
        Directory.Delete(Path.Combine(_folder, "out"), recursive: true);

        var random = new Random(11);
        HashSet<string> begun = [];
        var (killed, repeated) = (0, 0);
        while (killed < Kills)
        {
            var (tokenized, wasKilled) = Run(TimeSpan.FromSeconds(random.NextDouble() * seconds));
            var again = tokenized.Count(begun.Contains);
            Assert.InRange(again, 0, 1);
            repeated += again;
            begun.UnionWith(tokenized);
            killed += wasKilled ? 1 : 0;
            if (wasKilled)
                continue;
            Assert.Equal(whole, Fingerprint());
            Directory.Delete(Path.Combine(_folder, "out"), recursive: true);
            begun.Clear();
            seconds *= 0.9; // a machine that is no longer as busy as in the first run
        }
        var (last, _) = Run(killAfter: null);
        Assert.InRange(last.Count(begun.Contains), 0, 1);
        Assert.Equal(whole, Fingerprint());
        TestContext.Current.TestOutputHelper?.WriteLine($"{killed} runs were killed, {repeated} times a file was tokenized again");
    }

    /// <returns>The input files whose tokenizing it began.</returns>
    (IReadOnlyList<string> Tokenized, bool WasKilled) Run(TimeSpan? killAfter)
    {
        var start = new ProcessStartInfo("dotnet") { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in new[] { "exec", Path.Combine(PipelineRun.Repository, "artifacts", "tools", "llava.dll"), "hdf5", "--params", "hdf5.yaml" })
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExit(killAfter ?? TimeSpan.FromMinutes(5));
        if (!ended)
            process.Kill();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0 || killAfter is not null, output.Result + errors.Result);
        return ([.. (output.Result + errors.Result).Split('\n').Where(line => line.Contains("tokenizing ", StringComparison.Ordinal) && line.Contains(".jsonl", StringComparison.Ordinal)).Select(line => line.Trim())], !ended);
    }

    string Fingerprint() => string.Join('\n', Directory.GetFiles(Path.Combine(_folder, "out")).Order(StringComparer.Ordinal)
        .Select(path => $"{Path.GetFileName(path)} {Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)))}"));

    static string Sample(int file, int sample)
    {
        var words = string.Join(' ', Enumerable.Range(0, 60).Select(word => $"w{(file * 31 + sample * 7 + word * word) % 97}"));
        return JsonSerializer.Serialize(new { id = sample, image = "a.png", conversations = new[] { new { value = $"<image>\nWhat is it? {words}" }, new { value = $"It is {words}." } } });
    }
}
