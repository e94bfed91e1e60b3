using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train.Tests;

/// <summary>Everything a run needs, in a folder of its own: 30 samples with pictures, a very small model of seeded weights, a yaml.</summary>
sealed class MadeTraining : IDisposable
{
    public const int SampleCount = 30;

    /// <summary>Of the last sample alone.</summary>
    public const int LastPicture = 3;

    const int SequenceLength = 12;
    const int ImageStart = 1;
    const int PatchCount = 4;
    const int Vocabulary = 41;

    /// <summary>The one token that no sample has but those of <see cref="WriteRareSamples"/>.</summary>
    public const int RareToken = Vocabulary - 1;

    readonly string _folder = Directory.CreateTempSubdirectory("llava-train-").FullName;

    /// <param name="emptyMaskFrom">From this sample on nothing is supervised.</param>
    public MadeTraining(int emptyMaskFrom = SampleCount)
    {
        WritePictures();
        WriteSamples(PathOf("data"), emptyMaskFrom, (sample, position) => ((sample * 7) + (position * 3)) % RareToken);
        File.WriteAllText(Yaml, YamlText());
        WriteInitialCheckpoint();
    }

    public string Yaml => PathOf("train.yaml");

    public string InitialCheckpoint => PathOf("initial");

    public RecordingLog Log { get; } = new();

    public string PathOf(string name) => Path.Combine(_folder, name);

    public TrainOptions Options(string modelDirectory, TrainMode mode = TrainMode.Train, string? checkpoint = null, params string[] overrides) =>
        new(Yaml, mode, PathOf(modelDirectory), checkpoint ?? InitialCheckpoint, "cpu", overrides, Threads: 1);

    public Task RunAsync(TrainOptions options, CancellationToken stop = default) => TrainStage.RunAsync(options, Log, stop);

    /// <summary>Stops the run as Ctrl-C would, once it has made this many steps.</summary>
    public Task RunUntilAsync(TrainOptions options, long step) => RunUntilAsync(options, progress => progress.Activity == "training" && progress.Done == step);

    public static async Task RunUntilAsync(TrainOptions options, Func<StageProgress, bool> isTime)
    {
        using var stop = new CancellationTokenSource();
        var log = new RecordingLog { OnProgress = progress => { if (isTime(progress)) stop.Cancel(); } };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainStage.RunAsync(options, log, stop.Token));
    }

    public byte[] Weights(string modelDirectory, long step) => File.ReadAllBytes(CheckpointFile(modelDirectory, step, "model.safetensors"));

    public string CheckpointFile(string modelDirectory, long step, string name) =>
        PathOf(string.Create(CultureInfo.InvariantCulture, $"{modelDirectory}/checkpoint_{step}/{name}"));

    /// <summary>The lines of metrics.jsonl without their timing, the one part that differs between two equal runs.</summary>
    public string[] Metrics(string modelDirectory) =>
        [.. File.ReadAllLines(PathOf($"{modelDirectory}/metrics.jsonl")).Select(line => line.Split(",\"timing\":")[0])];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void WritePictures()
    {
        Directory.CreateDirectory(PathOf("images"));
        for (var picture = 0; picture <= LastPicture; picture++)
        {
            var pixels = Enumerable.Range(0, 8 * 8 * 3).Select(index => (byte)(index * (picture + 1) * 7)).ToArray();
            using var file = File.Create(PathOf($"images/{picture}.png"));
            PngWriter.Write(file, 8, 8, pixels);
        }
    }

    /// <summary>Samples that all begin with <see cref="RareToken"/>.</summary>
    /// <returns>Their folder.</returns>
    public string WriteRareSamples()
    {
        WriteSamples(PathOf("rare"), SampleCount, (_, _) => RareToken);
        return PathOf("rare");
    }

    /// <summary>Gives tensors of the initial checkpoint other values.</summary>
    public void ChangeInitial(Action<string, Tensor> change)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        List<(string Name, Tensor Tensor)> tensors;
        using (var checkpoint = CheckpointFolder.Open(InitialCheckpoint))
            tensors = [.. checkpoint.Tensors.Select(tensor => (tensor.Name, checkpoint.ReadTensor(tensor.Name)))];
        foreach (var (name, tensor) in tensors)
            change(name, tensor);
        Directory.Delete(InitialCheckpoint, recursive: true);
        new CheckpointWriter().Write(InitialCheckpoint, CheckpointFormat.Safetensors, tensors.Select(entry => TensorFiles.SourceOf(entry.Name, entry.Tensor)));
    }

    static void WriteSamples(string folder, int emptyMaskFrom, Func<int, int, int> token)
    {
        using var writer = new Hdf5SampleWriter(Path.Combine(folder, "examples.h5"), SequenceLength);
        for (var sample = 0; sample < SampleCount; sample++)
        {
            var row = new int[4 * SequenceLength];
            for (var position = 0; position < SequenceLength; position++)
            {
                row[position] = token(sample, position);
                row[SequenceLength + position] = sample < emptyMaskFrom && position >= ImageStart + PatchCount + sample % 3 ? 1 : 0;
                row[2 * SequenceLength + position] = (sample * 7 + position * 3 + 3) % RareToken;
            }
            writer.Append(row, $"{(sample == SampleCount - 1 ? LastPicture : sample % LastPicture)}.png");
        }
        writer.Commit();
    }

    void WriteInitialCheckpoint()
    {
        using var scope = NewDisposeScope();
        var model = LlavaModel.Create(TrainConfig.Load(Yaml).Model, CPU, ScalarType.Float32);
        var random = new Random(5);
        using var noGradient = no_grad();
        foreach (var (name, parameter) in model.named_parameters())
            parameter.copy_(tensor(Enumerable.Range(0, (int)parameter.numel()).Select(_ => (float)(random.NextDouble() - 0.5) + (name.Contains("norm", StringComparison.Ordinal) || name.Contains("ln_", StringComparison.Ordinal) ? 1 : 0)).ToArray()).view(parameter.shape));
        new CheckpointWriter().Write(InitialCheckpoint, CheckpointFormat.Safetensors, model.StateTensors().Select(entry => TensorFiles.SourceOf(entry.Name, entry.Tensor)));
    }

    string YamlText() => $$"""
        train_input: &input
          data_processor: LlavaHDF5MapDataProcessor
          data_dir: {{PathOf("data")}}
          img_data_dir: {{PathOf("images")}}
          image_data_size: [3, 8, 8]
          transforms:
            - {name: to_tensor}
            - {name: normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
          shuffle: true
          shuffle_seed: 3
          batch_size: 4
          micro_batch_size: 2
        eval_input: *input
        model:
          image_model: {name: ViTModel, position_embedding_type: learned, hidden_size: 8, num_hidden_layers: 2, num_heads: 2, filter_size: 16, dropout_rate: 0.0, nonlinearity: quick_gelu, use_post_embed_layer_norm: true, use_embed_proj_bias: false, image_size: [8, 8], patch_size: [4, 4], num_channels: 3, use_encoder_pooler_layer: false, prepend_cls_token: true, use_projection_bias_in_attention: true, use_ffn_bias_in_attention: true, use_ffn_bias: true, norm_first: true, use_conv_patchified_embedding: true, layer_norm_epsilon: 1.0e-5}
          text_model: {name: LlamaModel, vocab_size: {{Vocabulary}}, hidden_size: 8, num_hidden_layers: 2, num_heads: 2, filter_size: 12, max_position_embeddings: 32, rotary_dim: 4, position_embedding_type: rotary, norm_type: rmsnorm, nonlinearity: swiglu, dropout_rate: 0.0, share_embedding_weights: false, use_projection_bias_in_attention: false, use_ffn_bias_in_attention: false, use_ffn_bias: false}
          projector:
            image_model: {name: FeedForwardNetwork, input_unit: 8, layers_units: [8, 8], layers_activation: [gelu, null], use_bias: true}
          freeze: ['^image_model']
          image_start_idx: {{ImageStart}}
          image_feature_select_layer_idx: -2
        optimizer:
          optimizer_type: AdamW
          eps: 1.0e-8
          max_gradient_norm: 1.0
          learning_rate:
            - {scheduler: Linear, initial_learning_rate: 0.0, end_learning_rate: 0.01, total_iters: 3}
            - {scheduler: CosineDecay, initial_learning_rate: 0.01, end_learning_rate: 0.0, total_iters: 9}
        runconfig:
          max_steps: 12
          checkpoint_steps: 5
          max_checkpoints: 2
        """;
}
