namespace Llava.Data.Images;

/// <summary>
/// A 23-bit weight as <c>65536 * High + Low</c>, both 16-bit: vectors multiply pairs of 16-bit numbers and add them up in one
/// instruction, and (sum of highs &lt;&lt; 16) + (sum of lows) is the exact 32-bit sum.
/// </summary>
static class SplitWeights
{
    public static int LowPair(int first, int second) => (ushort)first | (second << 16);

    public static int HighPair(int first, int second) => (ushort)High(first) | (High(second) << 16);

    static int High(int weight) => (weight - (short)weight) >> 16;
}
