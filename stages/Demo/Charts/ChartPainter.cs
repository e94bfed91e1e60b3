namespace Llava.Demo.Charts;

/// <summary>A chart on a white ground of 56 x 56: four slots of one 14-pixel patch each, a dark baseline below the bars.</summary>
static class ChartPainter
{
    public const int Side = 56;

    const int SlotWidth = 14;
    const int BarMargin = 2;
    const int Baseline = 53;
    const int LowestBar = 9;
    const int LevelStep = 10;
    const byte BaselineShade = 40;

    /// <returns>(56, 56, 3) bytes, row by row from the top.</returns>
    public static byte[] Paint(BarChart chart)
    {
        var rgb = new byte[Side * Side * 3];
        Array.Fill(rgb, byte.MaxValue);
        Fill(rgb, 0, Baseline, Side, Baseline + 1, new BarColor("baseline", BaselineShade, BaselineShade, BaselineShade));
        for (var slot = 0; slot < chart.Bars.Count; slot++)
        {
            var bar = chart.Bars[slot];
            var height = LowestBar + bar.Level * LevelStep;
            Fill(rgb, slot * SlotWidth + BarMargin, Baseline - height, (slot + 1) * SlotWidth - BarMargin, Baseline, bar.Color);
        }
        return rgb;
    }

    static void Fill(byte[] rgb, int left, int top, int right, int bottom, BarColor color)
    {
        for (var y = top; y < bottom; y++)
        {
            for (var x = left; x < right; x++)
                (rgb[(y * Side + x) * 3], rgb[(y * Side + x) * 3 + 1], rgb[(y * Side + x) * 3 + 2]) = (color.Red, color.Green, color.Blue);
        }
    }
}
