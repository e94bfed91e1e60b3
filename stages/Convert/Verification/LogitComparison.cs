namespace Llava.Conversion.Verification;

/// <summary>How far the result's logits are from the source's.</summary>
/// <param name="Positions">Positions compared.</param>
/// <param name="LargestLogit">Largest magnitude of the source's.</param>
/// <param name="DrawnProjector">The source has no projector; the result's stood in for it.</param>
sealed record LogitComparison(long Positions, double LargestLogit, double LargestDifference, bool DrawnProjector)
{
    /// <summary>
    /// Float32 in another order moves logits by 1e-5, the smallest real mistake (another epsilon) by 3e-4; both grow with the logits.
    /// </summary>
    public double Tolerance => 1e-4 * Math.Max(1, LargestLogit);
}
