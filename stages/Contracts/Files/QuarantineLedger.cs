using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Contracts.Files;

/// <param name="File">Input file, relative to the stage's input folder.</param>
/// <param name="Line">Line or row in it, from 1.</param>
/// <param name="Id">The sample's own id, where it could be read.</param>
public sealed record QuarantinedSample(string File, long Line, string? Id, ErrorCode Code, string Reason);

/// <summary>
/// The samples a stage could not use, each with its reason: <c>quarantine.jsonl</c> (file, line, id, code, reason), sorted by
/// file and line so that it never depends on the worker count. Thread-safe.
/// </summary>
public sealed class QuarantineLedger
{
    public const string FileName = "quarantine.jsonl";
    public const double DefaultMaximumShare = 0.05;

    static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    readonly List<QuarantinedSample> _samples = [];

    public int Count
    {
        get
        {
            lock (_samples)
                return _samples.Count;
        }
    }

    public void Add(QuarantinedSample sample)
    {
        lock (_samples)
            _samples.Add(sample);
    }

    public IReadOnlyList<QuarantinedSample> Samples()
    {
        lock (_samples)
            return [.. _samples.OrderBy(sample => sample.File, StringComparer.Ordinal).ThenBy(sample => sample.Line)];
    }

    /// <summary>Writes the ledger into <paramref name="folder"/> and reports its counts by code as <c>quarantined.LLAVAnnnn</c>.</summary>
    public void Write(string folder, IStageLog log)
    {
        var samples = Samples();
        using var file = new AtomicFile(Path.Combine(folder, FileName));
        using (var writer = new StreamWriter(file.Stream, leaveOpen: true) { NewLine = "\n" })
        {
            foreach (var sample in samples)
                writer.WriteLine(JsonSerializer.Serialize(new { file = sample.File, line = sample.Line, id = sample.Id, code = sample.Code.Id, reason = sample.Reason }, Readable));
        }
        file.Commit();
        log.Count("quarantined", samples.Count);
        foreach (var group in samples.GroupBy(sample => sample.Code).OrderBy(group => group.Key.Id, StringComparer.Ordinal))
            log.Count($"quarantined.{group.Key.Id}", group.Count());
    }

    /// <summary>Fails with a summary by reason when more than <paramref name="maximumShare"/> of the samples are quarantined;
    /// those that a dataset leaves out on purpose do not count.</summary>
    /// <param name="total">All samples seen, quarantined ones included.</param>
    public void ThrowIfAbove(double maximumShare, long total, string folder)
    {
        var samples = Samples().Where(sample => sample.Code != ErrorCatalog.LeftOut).ToList();
        if (samples.Count == 0 || samples.Count <= maximumShare * total)
            return;
        var reasons = samples.GroupBy(sample => sample.Code)
            .OrderByDescending(group => group.Count())
            .Select(group => $"{group.Count()} x {group.Key.Id} {group.Key.Title}");
        throw ErrorCatalog.TooManyQuarantined.Fails(
            Path.Combine(folder, FileName),
            string.Create(CultureInfo.InvariantCulture, $"{samples.Count} of {total} samples cannot be used, more than the {maximumShare:P0} allowed (MaxQuarantine): {string.Join("; ", reasons)}"));
    }
}
