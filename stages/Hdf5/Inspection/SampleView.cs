using System.Globalization;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Data.Tokenization;

namespace Llava.Hdf5.Inspection;

/// <summary>One row of a file of samples, for people to read.</summary>
public sealed record SampleView(IReadOnlyList<string> Heading, IReadOnlyList<TokenRun> Runs)
{
    /// <param name="path">A file of samples, or a folder of them.</param>
    /// <param name="tokenizerFolder">Null: that of <c>data_params.json</c> beside the file.</param>
    /// <exception cref="DiagnosticException">No such row, no such tokenizer, or not a file of samples.</exception>
    public static SampleView Of(string path, long index, string? tokenizerFolder)
    {
        var isFolder = Directory.Exists(path);
        using var samples = isFolder ? Hdf5SampleSet.Open(path) : null;
        using var single = isFolder ? null : Hdf5SampleReader.Open(path);
        var (count, length) = (samples?.Count ?? single!.Count, samples?.MaxSequenceLength ?? single!.MaxSequenceLength);
        if (index < 0 || index >= count)
            throw ErrorCatalog.BadValue.Fails(path, string.Create(CultureInfo.InvariantCulture, $"there is no row {index}; the first is 0 and there are {count}"));
        var tokenizer = LlamaTokenizer.Load(tokenizerFolder ?? TokenizerOf(isFolder ? path : Path.GetDirectoryName(Path.GetFullPath(path))!));
        var row = new int[SampleRow.LengthOf(length)];
        var image = samples is null ? single!.Read(index, row) : samples.Read(index, row);
        return new SampleView([.. Describe(index, count, length, image, row)], [.. RowText.Runs(tokenizer, row)]);
    }

    static IEnumerable<string> Describe(long index, long count, int length, string? image, int[] row)
    {
        yield return string.Create(CultureInfo.InvariantCulture, $"row {index} of {count}, max_seq_length {length}");
        yield return $"image: {image ?? "none, text only"}";
        var withLoss = row.AsSpan(length, length).ToArray().Count(value => value != 0);
        var attended = row.AsSpan(3 * length, length).Count(0);
        yield return string.Create(CultureInfo.InvariantCulture, $"{attended} tokens attended to, {withLoss} with loss, {length - attended} masked");
    }

    static string TokenizerOf(string folder)
    {
        var path = Path.Combine(folder, "data_params.json");
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "this file would name the tokenizer; give its folder with --tokenizer");
        using var document = JsonDocument.Parse(File.ReadAllBytes(path));
        return document.RootElement.TryGetProperty("processing", out var processing) && processing.TryGetProperty("huggingface_tokenizer", out var name) && name.GetString() is { } tokenizer
            ? tokenizer
            : throw ErrorCatalog.FileNotFound.Fails(path, "it names no processing.huggingface_tokenizer; give the tokenizer's folder with --tokenizer");
    }
}
