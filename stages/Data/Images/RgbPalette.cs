namespace Llava.Data.Images;

/// <summary>256 colours. Those that the file does not give are grays, as in Pillow.</summary>
sealed class RgbPalette
{
    readonly RgbColour[] _colours = [.. Enumerable.Range(0, 256).Select(index => new RgbColour((byte)index, (byte)index, (byte)index))];

    public RgbColour this[int index]
    {
        get => _colours[index];
        set => _colours[index] = value;
    }

    public void Write(int index, Span<byte> pixel)
    {
        var colour = _colours[index];
        (pixel[0], pixel[1], pixel[2]) = (colour.Red, colour.Green, colour.Blue);
    }
}
