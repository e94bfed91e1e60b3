using System.Runtime.InteropServices;
using Llava.Contracts.Diagnostics;
using Llava.Data.Tokenization;
using Llava.Generate.Prompts;
using Llava.Generate.Search;
using Llava.Model;
using Llava.Model.Decoding;
using Llava.Model.Mapping;
using static TorchSharp.torch;

namespace Llava.Generate;

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
        model.PackForAnswering();
        model.eval();
        return new LlavaGenerator(model, tokenizer, new PictureFeatures(model, checkpoint.PreprocessorPath), modelPath);
    }

    /// <summary>How many positions a prompt takes, its picture's patches among them.</summary>
    public long LengthOf(GenerationRequest request) => DecodingBatch.LengthOf(_model, request.InputIds);

    /// <summary>As many new tokens as are wanted, or as the model has positions for after the prompt; at least 1.</summary>
    public int NewTokensAfter(GenerationRequest request, int wanted) =>
        (int)Math.Clamp(_model.Config.TextModel.MaxPositionEmbeddings - LengthOf(request), 1, wanted);

    /// <summary>Features of the last so many pictures are kept: questions about fewer pictures at a time compute each picture once.</summary>
    public const int PicturesKept = PictureFeatures.Capacity;

    /// <summary>How many pictures went through the vision tower so far.</summary>
    public int PicturesComputed => _pictures.Computed;

    /// <summary>Answers in the order of the requests, whatever the order they were computed in.</summary>
    /// <param name="ended">Called as each batch ends, with its requests' indices and answers.</param>
    /// <param name="said">Called with a request's index and the next piece of its answer's text; the pieces add up to it.</param>
    /// <exception cref="DiagnosticException">Options exclude each other, a picture cannot be read, or a prompt and its answer do not fit into the model's positions.</exception>
    public IReadOnlyList<GenerationResult> Generate(
        IReadOnlyList<GenerationRequest> requests, GenerationOptions options, CancellationToken cancellation = default, Action<IReadOnlyList<(int Request, GenerationResult Result)>>? ended = null, Action<int, string>? said = null)
    {
        options.Check();
        foreach (var request in requests)
            Check(request, options);
        var results = new GenerationResult[requests.Count];
        // Prompts of like length go together: less padding.
        var byLength = Enumerable.Range(0, requests.Count).OrderBy(index => DecodingBatch.LengthOf(_model, requests[index].InputIds));
        foreach (var indices in byLength.Chunk(options.BatchSize))
        {
            foreach (var answer in Continue(requests, indices, options, said, cancellation))
                results[answer.Request] = answer.ToResult();
            ended?.Invoke([.. indices.Select(index => (index, results[index]))]);
        }
        return results;
    }

    public void Dispose()
    {
        _pictures.Dispose();
        _model.Dispose();
    }

    IAnswerSearch[] Continue(IReadOnlyList<GenerationRequest> requests, int[] indices, GenerationOptions options, Action<int, string>? said, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        IAnswerSearch[] searches = [.. indices.Select(index => NewSearch(index, requests[index], options))];
        var (batch, logits_BV) = DecodingBatch.Start(_model, [.. indices.Select(index => Prompt(requests[index], options))], options.MaximumNewTokens);
        using var disposal = batch;
        int[] rowCounts = [.. searches.Select(_ => 1)];
        for (var active = searches; ;)
        {
            cancellation.ThrowIfCancellationRequested();
            Advance(active, rowCounts, logits_BV, said);
            var (next, rows, ids) = Remaining(active, rowCounts);
            if (next.Length == 0)
                return searches;
            if (!rows.SequenceEqual(Enumerable.Range(0, rowCounts.Sum())))
                batch.KeepRows(rows);
            (active, rowCounts) = (next, [.. next.Select(search => search.Rows.Count)]);
            logits_BV = batch.Step(ids);
        }
    }

    IAnswerSearch NewSearch(int index, GenerationRequest request, GenerationOptions options) => options.Beams > 1
        ? new BeamAnswer(index, Tokenizer, options)
        : new SingleAnswer(index, request.Key, Tokenizer, options);

    static void Advance(IAnswerSearch[] searches, int[] rowCounts, Tensor logits_BV, Action<int, string>? said)
    {
        using var ownLogits_BV = logits_BV;
        using var local_BV = logits_BV.cpu();
        var vocabulary = (int)local_BV.shape[1];
        var values = MemoryMarshal.Cast<byte, float>(local_BV.bytes);
        foreach (var (search, rowCount) in searches.Zip(rowCounts))
        {
            search.Advance(values[..(rowCount * vocabulary)]);
            values = values[(rowCount * vocabulary)..];
            if (said is not null && search.NextPiece() is { Length: > 0 } piece)
                said(search.Request, piece);
        }
    }

    static (IAnswerSearch[] Searches, int[] Rows, int[] Ids) Remaining(IAnswerSearch[] searches, int[] rowCounts)
    {
        var (rows, ids) = (new List<int>(), new List<int>());
        var first = 0;
        foreach (var (search, rowCount) in searches.Zip(rowCounts))
        {
            if (!search.IsFinished)
            {
                rows.AddRange(search.Rows.Select(row => first + row.Parent));
                ids.AddRange(search.Rows.Select(row => row.Id));
            }
            first += rowCount;
        }
        return ([.. searches.Where(search => !search.IsFinished)], [.. rows], [.. ids]);
    }

    (IReadOnlyList<int> Ids, Tensor? ImageFeatures_PW) Prompt(GenerationRequest request, GenerationOptions options) =>
        (request.InputIds, request.ImagePath is null ? null : _pictures.Of(options.BlankImages ? null : request));

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
