using System.Collections.Concurrent;
using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Images;
using Llava.Data.Json;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Verification;

/// <summary>
/// Looks at every picture that the samples name, once: found under the image root, known by its first bytes, decoded if asked for. A sample
/// whose picture is no good leaves the training with an entry in the ledger. What is known of a file holds while its size and time do.
/// </summary>
sealed class PictureVerifier(PreprocessOptions options)
{
    const int ExamplesShown = 3;
    const string MisnamedList = "misnamed_pictures.txt";

    readonly Lazy<bool> _rootExists = new(() => Directory.Exists(options.ImageRoot));
    readonly PictureInspector _inspector = new(options.ImageRoot!, options.VerifyImages);
    readonly PictureFindings _cache = PictureFindings.Load(Path.Combine(options.Output, ShardStore.FolderName, "pictures.cache"));
    readonly ConcurrentDictionary<string, PictureFinding> _found = new(StringComparer.Ordinal);

    /// <param name="path">The converted lines.</param>
    /// <returns>The lines to leave out, each with its entry for the ledger.</returns>
    public async Task<IReadOnlyList<QuarantinedSample>> VerifyAsync(string path, string outputName, IStageLog log, CancellationToken cancellation)
    {
        var lost = new List<QuarantinedSample>();
        await using var input = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        await ConversionPipeline.RunAsync(
            JsonLinesReader.ReadBatches(input, path).ToAsyncEnumerable(),
            batch => new ConvertedBatch(default, 0, Judge(batch, outputName), [], batch.InputPosition),
            judged =>
            {
                lost.AddRange(judged.Quarantined);
                log.Progress(new StageProgress($"looking at the pictures of {outputName}", _cache.Count, null, "pictures"));
            },
            options.Workers,
            cancellation);
        return lost;
    }

    /// <summary>Saves what was learned, and reports on pictures as the ledger does on samples.</summary>
    public void Finish(IStageLog log)
    {
        _cache.Save();
        var states = _cache.Findings.CountBy(finding => finding.State).ToDictionary();
        log.Count("pictures", _cache.Count);
        log.Count("pictures_opened", _cache.Opened);
        foreach (var (state, count) in states.Where(pair => pair.Key != PictureState.Sound).OrderBy(pair => pair.Key))
            log.Count($"pictures.{PictureStates.Describe(state).Code.Id}", count);
        ReportMisnamed(log);
        WatchList.Write(options.Output, _found);
    }

    List<QuarantinedSample> Judge(RawJsonBatch lines, string outputName)
    {
        var lost = new List<QuarantinedSample>();
        for (var index = 0; index < lines.Count; index++)
        {
            TopLevelFields.Find(lines[index], "image"u8, "id"u8, out var image, out var id);
            if (image is not [(byte)'"', ..])
                continue;
            if (Judge(PythonJsonParser.Parse(image).Formatted!) is var (code, reason))
                lost.Add(new QuarantinedSample(outputName, lines.FirstNumber + index, id.IsEmpty ? null : PythonJsonParser.Parse(id).Formatted, code, reason));
        }
        return lost;
    }

    (ErrorCode Code, string Reason)? Judge(string picture)
    {
        if (!ImagePath.StaysInside(picture))
            return (ErrorCatalog.UnsafeImagePath, $"the image path \"{picture}\" leaves the image folder");
        if (!_rootExists.Value)
            throw ErrorCatalog.FileNotFound.Fails(options.ImageRoot!, "the folder of the pictures is missing (ImageDir); VerifyImages=none goes on without looking at any");
        var finding = _cache.Of(picture, _inspector.Look);
        _found.TryAdd(picture, finding);
        if (finding.State == PictureState.Sound)
            return null;
        var (code, reason) = PictureStates.Describe(finding.State);
        return (code, $"{picture}: {reason}");
    }

    void ReportMisnamed(IStageLog log)
    {
        var misnamed = _found.Where(pair => pair.Value.State == PictureState.Sound && IsMisnamed(pair.Key, pair.Value.Format)).OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} ({pair.Value.Format})").ToArray();
        var list = Path.Combine(options.Output, MisnamedList);
        if (misnamed.Length == 0)
        {
            File.Delete(list);
            return;
        }
        AtomicFile.WriteAllText(list, string.Concat(misnamed.Select(line => line + "\n")));
        log.Count("pictures_misnamed", misnamed.Length);
        log.Warning(ErrorCatalog.ImageMisnamed.Warns(list, string.Create(CultureInfo.InvariantCulture, $"{misnamed.Length} pictures are not what their names say, and are read as what they are: {string.Join(", ", misnamed.Take(ExamplesShown))}{(misnamed.Length > ExamplesShown ? ", …" : "")}")));
    }

    static bool IsMisnamed(string picture, ImageFormat format) => Path.GetExtension(picture).ToUpperInvariant() switch
    {
        ".JPG" or ".JPEG" => format != ImageFormat.Jpeg,
        ".PNG" => format != ImageFormat.Png,
        ".GIF" => format != ImageFormat.Gif,
        ".WEBP" => format != ImageFormat.WebP,
        ".TIF" or ".TIFF" => format != ImageFormat.Tiff,
        ".BMP" => format != ImageFormat.Bmp,
        _ => false,
    };
}
