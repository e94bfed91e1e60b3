namespace Llava.Data.Loading;

/// <param name="Length">Positions up to the last one that is visible or has a loss.</param>
readonly record struct SampleSize(int Length, bool IsTextOnly);
