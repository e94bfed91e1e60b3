using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Data.Hdf5;
using Llava.Tests;

namespace Llava.Hdf5.Tests;

/// <summary>A few made-up samples and our own small tokenizer, in a folder of their own.</summary>
sealed class SmallRun : IDisposable
{
    const string Yaml = """
        setup:
          input_dir: {0}/in
          output_dir: {0}/out
          processes: 1
          dataset_processor: LlavaPhaseTwoPreprocessor
        processing:
          tokenizer_type: HuggingFaceTokenizer
          huggingface_tokenizer: {1}
          max_seq_length: 200
          files_per_record: 50
        dataset:
          use_ftfy: true
          multi_turn_key: conversations
          multi_turn_content_key: value
          multi_modal_non_image_ex_key: model
          image_key: image
          image_dir: {0}/images
          num_patches: 4
          system_prompt_style: vicuna_v1
          prompt_prefix: "USER:"
          completion_prefix: "ASSISTANT:"
        """;

    public SmallRun()
    {
        Directory.CreateDirectory(Path.Combine(Folder, "in"));
        Directory.CreateDirectory(Path.Combine(Folder, "images"));
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("llava-hdf5-").FullName;

    public string Output => Path.Combine(Folder, "out");

    public IReadOnlyList<string> OutputFiles => [.. Directory.GetFiles(Output, "*.h5").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    public IReadOnlyList<string> Shards => Directory.GetFiles(Path.Combine(Output, ".shards"));

    /// <summary>Of the last run.</summary>
    public RecordingLog Log { get; private set; } = new();

    /// <summary>Every seventh sample is text only.</summary>
    public void WriteSamples(string name, int first, int count, Func<int, string>? completion = null)
    {
        var lines = Enumerable.Range(first, count).Select(number =>
        {
            var turns = new[] { new { value = $"<image>\nWhat is shape number {number}?" }, new { value = completion is null ? $"It is number {number}." : completion(number) } };
            return number % 7 == 0
                ? JsonSerializer.Serialize(new { id = number, model = "text", conversations = turns })
                : JsonSerializer.Serialize(new { id = number, image = ImageOf(number), conversations = turns });
        });
        File.WriteAllLines(Path.Combine(Folder, "in", name), lines);
        foreach (var number in Enumerable.Range(first, count))
            File.WriteAllBytes(Path.Combine(Folder, "images", ImageOf(number)), []);
    }

    public Task RunAsync(params string[] overrides) => RunAsync(null, overrides);

    public Task RunAsync(double? maximumQuarantine, params string[] overrides)
    {
        var yaml = Yaml.Replace("{0}", Folder, StringComparison.Ordinal).Replace("{1}", GoldenData.Require("small/model/hf_in/text_model"), StringComparison.Ordinal);
        Log = new RecordingLog();
        return Hdf5Stage.RunAsync(new Hdf5Options(ConfigDocument.Parse(yaml, "test.yaml", overrides), maximumQuarantine), Log, CancellationToken.None);
    }

    /// <summary>Image path and ids of every row of the output, in order.</summary>
    public IReadOnlyList<string> Rows(string? folder = null)
    {
        using var samples = Hdf5SampleSet.Open(folder ?? Output);
        var row = new int[4 * samples.MaxSequenceLength];
        return [.. Enumerable.Range(0, (int)samples.Count).Select(index => $"{samples.Read(index, row)} {string.Join(' ', row)}")];
    }

    /// <summary>Names and bytes of the output files.</summary>
    public string Fingerprint() =>
        string.Join('\n', OutputFiles.Select(name => $"{name} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(Output, name))))}"));

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    public static string ImageOf(int number) => $"bild_ö_{number}.png";
}
