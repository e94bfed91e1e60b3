namespace Llava.Generate.Chat;

/// <param name="ModelPath">As for <see cref="LlavaGenerator.Load"/>.</param>
/// <param name="ImagePath">Null without a picture.</param>
public sealed record ChatOptions(string ModelPath, string? ImagePath)
{
    public GenerationOptions Generation { get; init; } = new() { MaximumNewTokens = 512 };

    /// <summary>As for <see cref="Model.ComputeDevice.Parse"/>.</summary>
    public string Device { get; init; } = "auto";

    public int? Threads { get; init; }
}
