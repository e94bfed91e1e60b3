using Llava.Model;
using Llava.Model.Configuration;
using Llava.Model.Decoding;
using static TorchSharp.torch;

namespace Llava.Benchmarks;

/// <summary>What keys and values that are kept, and batches, are worth when answers are made.</summary>
sealed class DecodingBenchmark : IBenchmark
{
    const int Threads = 2, NewTokens = 128, PromptIds = 40, Batch = 8;

    public string Name => "decoding";
    public string Why => "A benchmark asks thousands of questions, and a chat is waited for.";
    public string Measures => $"{NewTokens} new tokens after a picture and {PromptIds} tokens: vision 256x6 (64 patches), text 512x8, vocabulary 32 000, float32, two threads";
    public string DoesNotMeasure => "the choice of a token, the vision tower, loading";
    public int Rounds => 3;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        TorchRuntime.Use(Threads);
        using var model = MidSize();
        var (cached, whole) = await Alternating.SecondsAsync(rounds, () => Run(() => Continue(model, 1)), () => Run(() => ContinueFromScratch(model)));
        var (eight, one) = await Alternating.SecondsAsync(rounds, () => Run(() => Continue(model, Batch)), () => Run(() => Continue(model, 1)));
        return
        [
            new("one answer", "tokens/s", NewTokens / cached, NewTokens / whole, "the same without kept keys and values", "5x"),
            new("eight answers together", "tokens/s", Batch * NewTokens / eight, NewTokens / one, "one answer at a time", "3x"),
        ];
    }

    static Task Run(Action side)
    {
        side();
        return Task.CompletedTask;
    }

    static void Continue(LlavaModel model, int rows)
    {
        using var scope = NewDisposeScope();
        var features_PW = Features(model);
        var (batch, first) = DecodingBatch.Start(model, [.. Enumerable.Repeat((Prompt(0), (Tensor?)features_PW), rows)], NewTokens);
        using var disposal = batch;
        first.Dispose();
        for (var step = 1; step < NewTokens; step++)
            batch.Step([.. Enumerable.Repeat(step, rows)]).Dispose();
    }

    static void ContinueFromScratch(LlavaModel model)
    {
        using var scope = NewDisposeScope();
        var features_PW = Features(model);
        for (var step = 0; step < NewTokens; step++)
        {
            var (batch, logits) = DecodingBatch.Start(model, [(Prompt(step), features_PW)], 1);
            logits.Dispose();
            batch.Dispose();
        }
    }

    static IReadOnlyList<int> Prompt(int newTokens) => [1, DecodingBatch.ImageTokenId, .. Enumerable.Range(100, PromptIds - 1 + newTokens)];

    static Tensor Features(LlavaModel model)
    {
        using Generator seeded = new(1);
        return randn([model.Config.ImageTokenCount, model.Config.ImageModel.HiddenSize], generator: seeded);
    }

    static LlavaModel MidSize()
    {
        var model = LlavaModel.Create(
            new LlavaModelConfig
            {
                ImageStartIdx = 1,
                ImageFeatureSelectLayerIdx = -2,
                ImageModel = new VisionModelConfig { Name = "CLIPVisionModel", HiddenSize = 256, NumHiddenLayers = 6, NumHeads = 4, FilterSize = 1024, ImageSize = [112, 112], PatchSize = [14, 14], UseConvPatchifiedEmbedding = true },
                TextModel = new TextModelConfig
                {
                    Name = "LlamaModel", VocabSize = 32_000, HiddenSize = 512, NumHiddenLayers = 8, NumHeads = 8, FilterSize = 1376, MaxPositionEmbeddings = 256,
                    PositionEmbeddingType = "rotary", RotaryDim = 64, NormType = "rmsnorm", Nonlinearity = "swiglu", DropoutRate = 0, ShareEmbeddingWeights = false,
                    UseProjectionBiasInAttention = false, UseFfnBiasInAttention = false, UseFfnBias = false,
                },
                Projector = new ProjectorSection { ImageModel = new ProjectorConfig { Name = "FeedForwardNetwork", InputUnit = 256, LayersUnits = [512, 512], LayersActivation = ["gelu", null], UseBias = true } },
            },
            CPU,
            ScalarType.Float32);
        using var quiet = no_grad();
        foreach (var (_, parameter) in model.named_parameters())
            parameter.uniform_(-0.05, 0.05);
        model.PackForAnswering();
        return model;
    }
}
