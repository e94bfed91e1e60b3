using Llava.Contracts.Progress;
using Llava.Conversion.Formats;
using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;
using Llava.Model.Mapping;
using Llava.Tests;
using Llava.Train;
using static TorchSharp.torch;

namespace Llava.Conversion.Tests;

public sealed class ConvertedTrainingTests
{
    const int SequenceLength = 12;

    [Fact]
    public async Task The_yaml_that_comes_out_trains_as_it_is()
    {
        using var scratch = new ScratchFolder();
        await WriteConvertedPairAsync(scratch);
        var preparation = PreprocessorThatIsNotClips(scratch["cs"]);

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

    [Theory]
    [InlineData(ModelFormat.HuggingFace)]
    [InlineData(ModelFormat.LlavaHf)]
    public async Task Low_rank_adapters_of_a_training_in_bfloat16_are_merged_into_the_export_to_the_same_logits(ModelFormat format)
    {
        using var scratch = new ScratchFolder();
        await WriteConvertedPairAsync(scratch);
        Enlarge(scratch["cs"]);
        string[] adapters = ["model.mixed_precision=true", "model.peft={rank: 2, alpha: 4}", "optimizer.learning_rate=0.5", "optimizer.eps=1.0e-12"];
        await TrainStage.RunAsync(new TrainOptions(scratch["train.yaml"], TrainMode.Train, scratch["run"], scratch["cs"], "cpu", adapters, Threads: 1), SilentStageLog.Instance, default);

        await ConvertStage.RunAsync(new ConvertOptions(scratch["run"], ModelFormat.ModelZoo, format, scratch["export"]) { ConfigPath = scratch["train.yaml"], TokenizerFolder = Path.Combine(GoldenPairs.Pickled, "text_model") }, SilentStageLog.Instance, default);

        using var exported = LlavaCheckpoint.Open(scratch["export"]);
        using var trained = CheckpointFolder.Open(scratch["run"]);
        using var initial = CheckpointFolder.Open(scratch["cs"]);
        using var merged = Model(exported.Config, exported.Tensors);
        using var adapted = Model(exported.Config with { Peft = new PeftConfig { Rank = 2, Alpha = 4 } }, trained);
        using var plain = Model(exported.Config, initial);
        Assert.InRange(LargestDifference(adapted, merged), 0, 1e-4);
        Assert.InRange(LargestDifference(adapted, plain), 1e-2, double.MaxValue);
        if (format == ModelFormat.LlavaHf)
            Assert.Contains("\"torch_dtype\": \"float32\"", File.ReadAllText(scratch["export/config.json"]), StringComparison.Ordinal);
    }

    // To weights whose logits show what rounding one of them to bfloat16 does.
    static void Enlarge(string folder)
    {
        using var scope = NewDisposeScope();
        List<TensorSource> enlarged;
        using (var checkpoint = CheckpointFolder.Open(folder))
            enlarged = [.. checkpoint.Tensors.Select(tensor => TensorSource.FromFloats(tensor.Name, tensor.Shape, checkpoint.ReadTensor(tensor.Name).to(ScalarType.Float32).mul(25).data<float>().ToArray()))];
        new CheckpointWriter().Write(folder, CheckpointFormat.Safetensors, enlarged);
    }

    static LlavaModel Model(LlavaModelConfig config, ICheckpointReader weights)
    {
        var model = LlavaModel.Create(config, CPU, ScalarType.Float32);
        model.Load(weights);
        return model;
    }

    static double LargestDifference(LlavaModel first, LlavaModel second)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        first.eval();
        second.eval();
        var (images, tokens) = (linspace(-1, 1, 2 * 3 * 8 * 8).reshape(2, 3, 8, 8), arange(2 * SequenceLength, ScalarType.Int32).reshape(2, SequenceLength));
        return first.forward(images, tokens, null).sub(second.forward(images, tokens, null)).abs().max().item<float>();
    }

    static async Task WriteConvertedPairAsync(ScratchFolder scratch)
    {
        SeededPair.Write(
            scratch["pair"],
            new ClipVisionConfig { HiddenSize = 8, ImageSize = 8, IntermediateSize = 16, NumAttentionHeads = 2, NumHiddenLayers = 3, PatchSize = 4 },
            new LlavaTextConfig { HiddenSize = 8, IntermediateSize = 12, NumAttentionHeads = 2, NumHiddenLayers = 2, NumKeyValueHeads = 1, VocabSize = 40, MaxPositionEmbeddings = 32, RopeTheta = 500000 });
        await ConvertStage.RunAsync(new ConvertOptions(scratch["pair"], ModelFormat.HuggingFace, ModelFormat.ModelZoo, scratch["cs"]), SilentStageLog.Instance, default);
        WriteSamples(scratch);
        File.WriteAllText(scratch["train.yaml"], File.ReadAllText(scratch["cs/config.yaml"]) + OtherSections(scratch));
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
