using System.Globalization;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;
using Llava.Data.Hdf5;
using Llava.Data.Tokenization;
using Llava.Hdf5.Configuration;
using Llava.Hdf5.Documents;
using Llava.Hdf5.Features;
using Llava.Hdf5.Output;
using Llava.Hdf5.Shards;
using Llava.Hdf5.Shuffling;

namespace Llava.Hdf5;

/// <summary>Step 2: jsonl becomes H5 files of four features. Source: ModelZoo's <c>create_hdf5_dataset.py</c>.</summary>
public static class Hdf5Stage
{
    /// <summary>Reads a preprocessing yaml as strictly as a run does, and nothing else.</summary>
    /// <returns>Positions of a picture in every row; null without pictures.</returns>
    /// <exception cref="DiagnosticException">With every problem of the file.</exception>
    public static int? CheckConfiguration(ConfigDocument document) => ConfigReader.Read<Hdf5Config>(document).Dataset.NumPatches;

    /// <exception cref="DiagnosticException">The configuration, an input or the tokenizer is wrong, or too many samples cannot be used.</exception>
    public static Task RunAsync(Hdf5Options options, IStageLog log, CancellationToken cancellation) =>
        RunAsync(options, folder => LlamaTokenizer.Load(folder), log, cancellation);

    internal static async Task RunAsync(Hdf5Options options, Func<string, LlamaTokenizer> loadTokenizer, IStageLog log, CancellationToken cancellation)
    {
        var config = ConfigReader.Read<Hdf5Config>(options.Document);
        var documents = DocumentFiles.Find(config.Setup.InputDirectories);
        ThrowIfImagesAreMissing(config);
        var tokenizer = loadTokenizer(config.Processing.HuggingfaceTokenizer);
        var (detokenized, images) = (new DetokenizedLength(tokenizer), new ImageFiles(config.Dataset.ImageDir));
        var first = new SampleTransformer(config, tokenizer, detokenized, images);
        ThrowIfOutsideVocabulary(config, first.Tokens);

        using var output = new OutputFolder(config.Setup.OutputDir);
        var store = new ShardStore(config.Setup.OutputDir, ShardKey.Of(config, options.CodeVersion));
        var transformers = new TransformerPool(() => new SampleTransformer(config, tokenizer, detokenized, images));
        var maker = new ShardMaker(documents, store, images, transformers.Transform, config.Setup.Processes ?? Environment.ProcessorCount, log);
        var shards = await maker.RunAsync(cancellation);

        var ledger = new QuarantineLedger();
        var totals = new DatasetTotals();
        var rows = config.Shuffle is null ? output.Unfinished : output.Temporary("rows");
        using (var files = new SampleFileSequence(rows, config.Processing) { Totals = totals })
        {
            var collector = new SampleCollector(files, totals, ledger);
            Collect(shards, collector, totals, log, cancellation);
            files.Finish();
            ledger.Write(config.Setup.OutputDir, log);
            JudgeQuarantine(options, ledger, totals, config.Setup.OutputDir, log);
            SupervisionCheck.Run(totals, collector.SamplesWithoutLoss, config.Setup.OutputDir, log);
        }
        var published = rows;
        if (config.Shuffle is { } shuffle && totals.Rows > 0)
        {
            published = output.Temporary("shuffled");
            var chunks = shuffle.ChunksFor(totals.Rows, config.Processing.FilesPerRecord, options.Document.Path);
            RowShuffle.Run(Hdf5SampleSet.FilesOf(rows), published, output.Temporary("buckets"), chunks, shuffle.Seed, log, cancellation);
        }
        output.Publish(published);
        DataParameters.Write(config.Setup.OutputDir, options.Document, totals, ledger, first.Tokens, config.Processing.MaxSeqLength, first.ImagePatchStart);
        store.RemoveUnused();
        Report(totals, ledger, maker, config.Processing.MaxSeqLength, config.Setup.OutputDir, log);
    }

    static void Collect(IReadOnlyList<(string File, string Shard)> shards, SampleCollector collector, DatasetTotals totals, IStageLog log, CancellationToken cancellation)
    {
        foreach (var (file, path) in shards)
        {
            cancellation.ThrowIfCancellationRequested();
            using var shard = new ShardReader(path);
            foreach (var outcome in shard.Outcomes())
                collector.Collect(file, outcome);
            log.Progress(new StageProgress("writing samples", totals.DocumentsRead, null, "samples"));
        }
    }

    static void ThrowIfImagesAreMissing(Hdf5Config config)
    {
        if (config.Dataset is { ImageKey: not null, ImageDir: { } folder } && !Directory.Exists(folder))
            throw ErrorCatalog.FileNotFound.Fails(folder, "there is no such folder (dataset.image_dir)");
    }

    static void ThrowIfOutsideVocabulary(Hdf5Config config, SampleTokens tokens)
    {
        foreach (var (key, id) in new[] { ("eos_id", tokens.EosId), ("pad_id", tokens.PadId) })
        {
            if (id >= tokens.VocabularySize)
                throw ErrorCatalog.BadValue.Fails(config.Processing.HuggingfaceTokenizer, $"processing.{key} is {id}, but the tokenizer has {tokens.VocabularySize} tokens");
        }
    }

    static void JudgeQuarantine(Hdf5Options options, QuarantineLedger ledger, DatasetTotals totals, string folder, IStageLog log)
    {
        if (options.MaximumQuarantineShare is { } maximum)
            ledger.ThrowIfAbove(maximum, totals.DocumentsRead, folder);
        else if (ledger.Count > QuarantineLedger.DefaultMaximumShare * totals.DocumentsRead)
            log.Warning(ErrorCatalog.TooManyQuarantined.Warns(
                Path.Combine(folder, QuarantineLedger.FileName),
                string.Create(CultureInfo.InvariantCulture, $"{ledger.Count} of {totals.DocumentsRead} samples cannot be used")));
        if (totals.ImageFolders > 0)
            log.Warning(ErrorCatalog.SampleImageMissing.Warns(folder, $"{totals.ImageFolders} rows name a folder as their image, as the reference would write them; training cannot read it"));
        if (totals.Rows == 0 && totals.DocumentsRead > 0)
            log.Warning(ErrorCatalog.NoRows.Warns(folder, "no row was written"));
    }

    static void Report(DatasetTotals totals, QuarantineLedger ledger, ShardMaker maker, int maxSequenceLength, string folder, IStageLog log)
    {
        log.Count("files_tokenized", maker.Made);
        log.Count("files_taken_over", maker.TakenOver);
        StageCounts.Report(totals, ledger, maxSequenceLength, log);
        log.Information($"{totals.Rows} rows in {folder}, {ledger.Count} samples in {QuarantineLedger.FileName}");
    }
}
