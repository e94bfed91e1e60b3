namespace Llava.Contracts.Diagnostics;

/// <summary>A place in a file. Lines and columns count from 1; 0 means "the whole file" or "the whole line".</summary>
public sealed record SourceLocation(string Path, int Line = 0, int Column = 0)
{
    public string Path { get; init; } = PlainText.OneLine(Path);

    public override string ToString() => (Line, Column) switch
    {
        (0, _) => Path,
        (_, 0) => $"{Path}({Line})",
        _ => $"{Path}({Line},{Column})",
    };
}
