namespace Llava.Demo.Charts;

/// <param name="Name">The answer; one piece of the demo's vocabulary.</param>
sealed record BarColor(string Name, byte Red, byte Green, byte Blue)
{
    public static readonly IReadOnlyList<BarColor> All =
    [
        new("red", 220, 30, 30),
        new("green", 30, 160, 50),
        new("blue", 40, 70, 220),
        new("yellow", 235, 205, 30),
        new("purple", 160, 50, 190),
        new("cyan", 30, 190, 210),
    ];
}
