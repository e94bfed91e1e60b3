namespace Llava.Demo;

/// <summary>How much is drawn. The same options give the same bytes on every machine.</summary>
public sealed record DemoOptions
{
    /// <summary>Receives <c>raw/</c> and <c>pretrained/</c>.</summary>
    public required string Output { get; init; }

    public int TrainingCharts { get; init; } = 1500;

    public int ValidationCharts { get; init; } = 60;

    public int TestCharts { get; init; } = 300;

    public long Seed { get; init; }
}
