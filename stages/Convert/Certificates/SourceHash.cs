namespace Llava.Conversion.Certificates;

/// <param name="File">Relative to the conversion's source.</param>
sealed record SourceHash(string File, long Bytes, string Sha256);
