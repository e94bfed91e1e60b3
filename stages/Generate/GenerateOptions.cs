namespace Llava.Generate;

/// <param name="ModelPath">As for <see cref="LlavaGenerator.Load"/>.</param>
/// <param name="ImagePath">Null without a picture.</param>
/// <param name="Prompt">A whole prompt or a question: <see cref="GenerationRequest.FromText"/>.</param>
public sealed record GenerateOptions(string ModelPath, string? ImagePath, string Prompt)
{
    public GenerationOptions Generation { get; init; } = new();

    /// <summary>As for <see cref="Model.ComputeDevice.Parse"/>.</summary>
    public string Device { get; init; } = "auto";

    public int? Threads { get; init; }
}
