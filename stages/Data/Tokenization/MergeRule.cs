namespace Llava.Data.Tokenization;

/// <summary>Two neighbouring symbols become one. The lowest rank goes first, among equals the leftmost pair.</summary>
internal readonly record struct MergeRule(int Left, int Right, int Merged, int Rank);
