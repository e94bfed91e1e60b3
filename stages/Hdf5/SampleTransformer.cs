using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Data.Json;
using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;
using Llava.Hdf5.Features;

namespace Llava.Hdf5;

/// <summary>From a line to a compressed row: parse, clean, tokenize, lay out, compress. One for each worker.</summary>
sealed class SampleTransformer
{
    readonly Hdf5Config _config;
    readonly SampleTokens _tokenizer;
    readonly DocumentReader _documents;
    readonly ISampleFeatures _features;
    readonly DetokenizedLength _detokenized;
    readonly TokenSequence _tokens = new();
    readonly int[] _row;

    public SampleTransformer(Hdf5Config config, LlamaTokenizer tokenizer, DetokenizedLength detokenized, ImageFiles images)
    {
        _config = config;
        _tokenizer = new SampleTokens(config, tokenizer);
        _documents = new DocumentReader(config.Dataset, images);
        _features = config.IsPhaseOne ? new PhaseOneFeatures(config, _tokenizer) : new PhaseTwoFeatures(config, _tokenizer);
        _detokenized = detokenized;
        _row = new int[SampleRow.LengthOf(config.Processing.MaxSeqLength)];
    }

    public SampleTokens Tokens => _tokenizer;

    public int? ImagePatchStart => _features.ImagePatchStart;

    public IReadOnlyList<SampleOutcome> Transform(RawJsonBatch lines)
    {
        var outcomes = new SampleOutcome[lines.Count];
        for (var i = 0; i < outcomes.Length; i++)
            outcomes[i] = Transform(lines[i], lines.FirstNumber + i);
        return outcomes;
    }

    SampleOutcome Transform(ReadOnlySpan<byte> line, long number)
    {
        var document = _documents.Read(line, isFirstLine: number == 1, out var id, out var rejection);
        if (document is null)
            return new SampleOutcome(number, id, _documents.Image, null, 0, rejection, null);
        rejection = _features.Build(document, _tokens) ?? RejectTooLong();
        var row = rejection is null ? FinishRow(document) : null;
        return new SampleOutcome(number, id, _documents.Image, document.Characters, document.Utf8Bytes, rejection, row);
    }

    SampleRejection? RejectTooLong()
    {
        var (length, maximum) = (_tokens.Count - 1, _config.Processing.MaxSeqLength);
        return length <= maximum
            ? null
            : new SampleRejection(ErrorCatalog.SampleTooLong, string.Create(CultureInfo.InvariantCulture, $"{length} tokens, {maximum} fit"));
    }

    SampleOutcome.Row FinishRow(LlavaDocument document)
    {
        var inverted = _config.Dataset.InvertedMask;
        _tokens.WriteTo(_row, _tokenizer.PadId, inverted);
        // An empty path is falsy in Python: the reference stores it as it stores none.
        var path = document.ImagePath is { Length: > 0 } given ? given : null;
        return new SampleOutcome.Row(SampleCompression.Compress(_row), path, document.ImageIsFolder, Measure(inverted));
    }

    SampleStatistics Measure(bool inverted)
    {
        var length = _config.Processing.MaxSeqLength;
        var inputs = _tokens.Inputs;
        var text = _detokenized.Of(inputs);
        var padding = _detokenized.OfRepeated(_tokenizer.PadId, length - inputs.Length);
        var loss = _tokens.CountLoss();
        return new SampleStatistics(
            inputs.Length,
            _tokens.CountInputsOtherThan(_tokenizer.PadId, _tokenizer.EosId),
            inverted ? length - loss : loss,
            loss > 0,
            text.Characters + padding.Characters,
            text.Bytes + padding.Bytes);
    }
}
