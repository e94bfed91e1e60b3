using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;
using Llava.Tests;
using Llava.Train;

namespace Llava.Conversion.Tests;

public sealed class ConvertedTrainingTests
{
    const int SequenceLength = 12;

    [Fact]
    public async Task The_yaml_that_comes_out_trains_as_it_is()
    {
        using var scratch = new ScratchFolder();
        SeededPair.Write(
            scratch["pair"],
            new ClipVisionConfig { HiddenSize = 8, ImageSize = 8, IntermediateSize = 16, NumAttentionHeads = 2, NumHiddenLayers = 3, PatchSize = 4 },
            new LlavaTextConfig { HiddenSize = 8, IntermediateSize = 12, NumAttentionHeads = 2, NumHiddenLayers = 2, NumKeyValueHeads = 1, VocabSize = 40, MaxPositionEmbeddings = 32, RopeTheta = 500000 });
        await ConvertStage.RunAsync(new ConvertOptions(scratch["pair"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, default);
        var preparation = PreprocessorThatIsNotClips(scratch["cs"]);
        WriteSamples(scratch);
        File.WriteAllText(scratch["train.yaml"], File.ReadAllText(scratch["cs/config.yaml"]) + OtherSections(scratch));

        await TrainStage.RunAsync(new TrainOptions(scratch["train.yaml"], TrainMode.Train, scratch["run"], scratch["cs"], "cpu", [], Threads: 1), SilentStageLog.Instance, default);

        using var before = CheckpointFolder.Open(scratch["cs"]);
        using var after = CheckpointFolder.Open(scratch["run"]);
        Assert.Equal(before.Tensors.Select(tensor => tensor.Name), after.Tensors.Select(tensor => tensor.Name));
        Assert.Equal(2, File.ReadAllLines(scratch["run/metrics.jsonl"]).Length);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["run"], ModelFormat.ModelZoo, ModelFormat.LlavaHf, scratch["lhf"]) { ConfigPath = scratch["train.yaml"], TokenizerFolder = Path.Combine(GoldenPairs.Pickled, "text_model"), Verify = true }, SilentStageLog.Instance, default);
        await ConvertStage.RunAsync(new ConvertOptions(scratch["run"], ModelFormat.ModelZoo, ModelFormat.HuggingFace, scratch["hf"]) { ConfigPath = scratch["train.yaml"], TokenizerFolder = Path.Combine(GoldenPairs.Pickled, "text_model") }, SilentStageLog.Instance, default);
        Assert.Equal(preparation, File.ReadAllText(scratch["hf/image_model/preprocessor_config.json"]));

        // The next phase starts from the first one's folder, and carries the file on.
        await TrainStage.RunAsync(new TrainOptions(scratch["train.yaml"], TrainMode.Validate, scratch["checked"], scratch["run"], "cpu", [], Threads: 1), SilentStageLog.Instance, default);
        Assert.False(Directory.Exists(scratch["checked"]));
        await TrainStage.RunAsync(new TrainOptions(scratch["train.yaml"], TrainMode.Train, scratch["run2"], scratch["run"], "cpu", [], Threads: 1), SilentStageLog.Instance, default);
        Assert.Equal(preparation, File.ReadAllText(scratch["run2/preprocessor_config.json"]));
    }

    // What OpenAI's CLIP does not say, so that it must have come from the source.
    static string PreprocessorThatIsNotClips(string folder)
    {
        const string text = """{ "crop_size": 8, "do_center_crop": true, "do_normalize": true, "do_resize": true, "image_mean": [0.25, 0.5, 0.75], "image_std": [0.5, 0.5, 0.5], "resample": 2, "size": 8 }""";
        File.WriteAllText(Path.Combine(folder, PreprocessorFile.Name), text);
        return text;
    }

    static void WriteSamples(ScratchFolder scratch)
    {
        Directory.CreateDirectory(scratch["images"]);
        using (var picture = File.Create(scratch["images/0.png"]))
            PngWriter.Write(picture, 8, 8, [.. Enumerable.Range(0, 8 * 8 * 3).Select(index => (byte)(index * 7))]);
        using var writer = new Hdf5SampleWriter(scratch["data/examples.h5"], SequenceLength);
        for (var sample = 0; sample < 4; sample++)
        {
            var row = new int[4 * SequenceLength];
            for (var position = 0; position < SequenceLength; position++)
            {
                row[position] = row[2 * SequenceLength + position] = (sample * 7 + position * 3) % 40;
                row[SequenceLength + position] = position >= 5 ? 1 : 0;
            }
            writer.Append(row, "0.png");
        }
        writer.Commit();
    }

    static string OtherSections(ScratchFolder scratch) => $$"""

        train_input:
          data_processor: LlavaHDF5MapDataProcessor
          data_dir: {{scratch["data"]}}
          img_data_dir: {{scratch["images"]}}
          image_data_size: [3, 8, 8]
          transforms:
            - {name: to_tensor}
            - {name: normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
          batch_size: 2
        optimizer:
          optimizer_type: AdamW
          learning_rate:
            - {scheduler: Linear, initial_learning_rate: 0.001, end_learning_rate: 0.0, total_iters: 2}
        runconfig:
          max_steps: 2
        """;
}
