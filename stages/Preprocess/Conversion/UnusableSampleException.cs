using Llava.Contracts.Diagnostics;

namespace Llava.Preprocess.Conversion;

/// <summary>This one sample cannot be used; the run goes on.</summary>
sealed class UnusableSampleException(ErrorCode code, string? sampleId, string reason) : Exception(reason)
{
    public ErrorCode Code { get; } = code;

    public string? SampleId { get; } = sampleId;
}
