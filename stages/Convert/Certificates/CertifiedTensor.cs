namespace Llava.Conversion.Certificates;

/// <param name="Sha256">Of its bytes, contiguous and little-endian.</param>
/// <param name="Source">The key it comes from; null where it was made here.</param>
/// <param name="Rule">What happened to it.</param>
sealed record CertifiedTensor(string Name, string ElementType, IReadOnlyList<long> Shape, string Sha256, string? Source, string Rule)
{
    /// <summary>The keys that were merged into it.</summary>
    public IReadOnlyList<string> Adapter { get; init; } = [];
}
