using Llava.Contracts.Diagnostics;
using Llava.Data.Tokenization;
using Llava.Evaluate.Prompts;
using Llava.Model;
using Llava.Model.Decoding;
using Llava.Model.Mapping;
using static TorchSharp.torch;

namespace Llava.Evaluate.Generation;

/// <summary>A loaded LLaVA model that answers. Not for use by several threads at once.</summary>
public sealed class LlavaGenerator : IDisposable
{
    readonly LlavaModel _model;
    readonly PictureFeatures _pictures;
    readonly string _modelPath;

    LlavaGenerator(LlavaModel model, LlamaTokenizer tokenizer, PictureFeatures pictures, string modelPath)
    {
        (_model, Tokenizer, _pictures, _modelPath) = (model, tokenizer, pictures, modelPath);
    }

    public LlamaTokenizer Tokenizer { get; }

    /// <param name="modelPath">
    /// An exported <c>text_model_llava/</c> (its config names the vision tower), the folder that holds it and <c>image_model/</c>,
    /// or a ModelZoo checkpoint.
    /// </param>
    /// <param name="elementType">Numbers to compute with; float32 on a CPU and bfloat16 on a GPU when null.</param>
    /// <exception cref="DiagnosticException">Something is missing or does not fit together; names it.</exception>
    public static LlavaGenerator Load(string modelPath, Device device, ScalarType? elementType = null)
    {
        TorchRuntime.UseDefault();
        using var checkpoint = LlavaCheckpoint.Open(modelPath);
        var tokenizerFolder = checkpoint.TokenizerFolder
            ?? throw ErrorCatalog.FileNotFound.Fails(modelPath, "no tokenizer.model or tokenizer.json with the checkpoint, in its tokenizer folder or in the folder above");
        var tokenizer = LlamaTokenizer.Load(tokenizerFolder);
        if (tokenizer.VocabularySize > checkpoint.Config.TextModel.VocabSize)
            throw ErrorCatalog.TokenizerDoesNotFit.Fails(tokenizerFolder, $"the tokenizer has {tokenizer.VocabularySize} tokens, the model {checkpoint.Config.TextModel.VocabSize}");
        var model = LlavaModel.Create(checkpoint.Config, device, elementType ?? (device.type == TorchSharp.DeviceType.CPU ? ScalarType.Float32 : ScalarType.BFloat16));
        model.Load(checkpoint.Tensors);
        model.eval();
        return new LlavaGenerator(model, tokenizer, new PictureFeatures(model, checkpoint.PreprocessorPath), modelPath);
    }

    /// <summary>Answers in the order of the requests, whatever the order they were computed in.</summary>
    /// <param name="finished">Called with the number of answers so far.</param>
    /// <exception cref="DiagnosticException">A picture cannot be read, or a prompt and its answer do not fit into the model's positions.</exception>
    public IReadOnlyList<GenerationResult> Generate(
        IReadOnlyList<GenerationRequest> requests, GenerationOptions options, CancellationToken cancellation = default, Action<int>? finished = null)
    {
        foreach (var request in requests)
            Check(request, options);
        var results = new GenerationResult[requests.Count];
        var done = 0;
        // Prompts of like length go together: less padding.
        var byLength = Enumerable.Range(0, requests.Count).OrderBy(index => DecodingBatch.LengthOf(_model, requests[index].InputIds));
        foreach (var indices in byLength.Chunk(Math.Clamp(options.BatchSize, 1, PictureFeatures.MaximumBatch)))
        {
            foreach (var answer in Continue(requests, indices, options, cancellation))
                results[answer.Request] = answer.ToResult();
            finished?.Invoke(done += indices.Length);
        }
        return results;
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _model.Dispose();
    }

    Answer[] Continue(IReadOnlyList<GenerationRequest> requests, int[] indices, GenerationOptions options, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        Answer[] answers = [.. indices.Select(index => new Answer(index, Tokenizer, options))];
        var (batch, logits_BV) = DecodingBatch.Start(_model, [.. indices.Select(index => Prompt(requests[index], options))], options.MaximumNewTokens);
        using var disposal = batch;
        for (var active = answers; ; logits_BV = batch.Step([.. active.Select(answer => answer.LastId)]))
        {
            cancellation.ThrowIfCancellationRequested();
            AppendMostProbable(active, logits_BV);
            logits_BV.Dispose();
            int[] unfinished = [.. Enumerable.Range(0, active.Length).Where(row => !active[row].IsFinished)];
            if (unfinished.Length == 0)
                return answers;
            if (unfinished.Length == active.Length)
                continue;
            batch.KeepRows(unfinished);
            active = [.. unfinished.Select(row => active[row])];
        }
    }

    static void AppendMostProbable(Answer[] answers, Tensor logits_BV)
    {
        using var best_B = logits_BV.argmax(1).cpu();
        var ids = best_B.data<long>().ToArray();
        for (var row = 0; row < answers.Length; row++)
            answers[row].Append((int)ids[row]);
    }

    (IReadOnlyList<int> Ids, Tensor? ImageFeatures_PW) Prompt(GenerationRequest request, GenerationOptions options) =>
        (request.InputIds, request.ImagePath is null ? null : _pictures.Of(options.BlankImages ? null : request.ImagePath));

    void Check(GenerationRequest request, GenerationOptions options)
    {
        var places = request.InputIds.Count(id => id == VicunaPrompt.ImageTokenId);
        if (places > 0 && request.ImagePath is null)
            throw ErrorCatalog.PromptAndPictureDiffer.Fails(_modelPath, "the prompt has <image>, but no picture was given");
        if (places == 0 && request.ImagePath is not null)
            throw ErrorCatalog.PromptAndPictureDiffer.Fails(request.ImagePath, "a picture was given, but the prompt has no <image>");
        var length = DecodingBatch.LengthOf(_model, request.InputIds) + options.MaximumNewTokens;
        if (length > _model.Config.TextModel.MaxPositionEmbeddings)
            throw ErrorCatalog.PromptTooLong.Fails(_modelPath, $"prompt and answer take up to {length} positions, but the model has {_model.Config.TextModel.MaxPositionEmbeddings}: shorten the prompt or lower the number of new tokens");
    }
}
