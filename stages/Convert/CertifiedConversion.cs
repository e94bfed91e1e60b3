using Llava.Contracts.Progress;

namespace Llava.Conversion;

/// <summary>A conversion into any format: the weights, hashed beside their source, then what goes with them, and the certificate last.</summary>
static class CertifiedConversion
{
    public static async Task RunAsync(ConvertOptions options, ConversionSource source, ConversionPlan plan, IStageLog log, CancellationToken cancellation)
    {
        var differences = ConfigDifferences.Of(source.Model);
        ConversionCertificate.Remove(options.Output);
        using var pace = new ConversionPace();
        var hashes = source.StartHashing(pace, cancellation);
        var tracked = new TrackedTensors(plan.Activity, plan.Tensors, pace, log);
        plan.WriteWeights(tracked.Sources);
        pace.Finish();
        plan.WriteCompanions();
        var verification = options.Verify ? plan.Verify() : null;
        new ConversionCertificate(options, await hashes)
        {
            Config = [.. differences, .. source.MetadataNotCarried],
            Verification = verification,
            Tensors = [.. plan.Certify(tracked)],
            Dropped = plan.Dropped,
        }.Write();
        tracked.ReportCounts(log);
    }
}
