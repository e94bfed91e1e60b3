namespace Llava.Data.Images;

/// <summary>Scales rows of one width to another.</summary>
interface IRowPass
{
    /// <param name="source">RGB, with <see cref="RgbImage.SlackBytes"/> readable bytes after the last pixel.</param>
    /// <param name="target">RGB, with a writable byte after the last pixel.</param>
    void Run(ReadOnlySpan<byte> source, Span<byte> target);
}
