namespace Llava.Serve;

/// <param name="ModelPath">As for <see cref="Generate.LlavaGenerator.Load"/>.</param>
public sealed record ServeOptions(string ModelPath)
{
    /// <summary>On 127.0.0.1, and nowhere else; 0 takes a free one.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>As for <see cref="Model.ComputeDevice.Parse"/>.</summary>
    public string Device { get; init; } = "auto";

    public int? Threads { get; init; }

    /// <summary>What a request may ask for in <c>max_tokens</c>, and what it gets where it does not ask.</summary>
    public int MaximumNewTokens { get; init; } = 1024;

    /// <summary>A larger request is refused while it is read.</summary>
    public long MaximumBodyBytes { get; init; } = 20 * 1024 * 1024;

    /// <summary>A picture of more pixels is refused before it is decoded.</summary>
    public long MaximumPixels { get; init; } = 40_000_000;

    /// <summary>Requests that wait while one is answered; any more get 429.</summary>
    public int MaximumWaiting { get; init; } = 8;
}
