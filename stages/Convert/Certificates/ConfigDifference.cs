namespace Llava.Conversion.Certificates;

/// <summary>A setting of the source that the target does not carry: converted back, it is another or gone.</summary>
/// <param name="File">The source's file, without its folder's path.</param>
/// <param name="ConvertedBack">Null where the target has no place for it.</param>
sealed record ConfigDifference(string File, string Key, string Value, string? ConvertedBack);
