using Llava.Contracts.Progress;
using Llava.Conversion.Certificates;
using Llava.Model.Checkpoints;

namespace Llava.Conversion;

/// <summary>A conversion into any format: the weights, hashed beside their source, then what goes with them, and the certificate last.</summary>
static class CertifiedConversion
{
    public static async Task RunAsync(ConvertOptions options, ConversionSource source, ConversionPlan plan, IStageLog log, CancellationToken cancellation)
    {
        var differences = ConfigDifferences.Of(source.Model, options.TargetFormat);
        using var pace = new ConversionPace();
        var hashes = source.StartHashing(pace, cancellation);
        var tracked = new TrackedTensors(plan.Activity, plan.Tensors, pace, log);
        WriteWeights(options, plan, tracked);
        pace.Finish();
        plan.WriteCompanions();
        CertifiedTensor[] certified = [.. plan.Certify(tracked)];
        tracked.WarnOfNotFinite(certified);
        var verification = options.Verify ? plan.Verify() : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = [.. differences, .. source.MetadataNotCarried],
            Verification = verification,
            Tensors = certified,
            Dropped = plan.Dropped,
        }.Write();
        tracked.ReportCounts(log);
    }

    // An earlier result, its certificate too, stays until all of the new weights are on the disk.
    static void WriteWeights(ConvertOptions options, ConversionPlan plan, TrackedTensors tracked)
    {
        var pending = new List<PendingCheckpoint>();
        try
        {
            foreach (var part in plan.PrepareWeights(tracked.Sources))
                pending.Add(part);
            ConversionCertificate.Remove(options.Output);
            PendingCheckpoint.CommitAll(pending);
        }
        finally
        {
            pending.ForEach(part => part.Dispose());
        }
    }
}
