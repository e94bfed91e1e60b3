namespace Llava.Contracts.Diagnostics;

/// <summary>An entry of the catalogue. <see cref="Id"/> is the anchor of its section in <c>build/errors.md</c>.</summary>
public sealed record ErrorCode(string Id, string Title)
{
    public Diagnostic At(SourceLocation? location, string message) => new(this, message, location);

    public Diagnostic At(string path, string message) => new(this, message, new SourceLocation(path));

    public Diagnostic Says(string message) => new(this, message);

    public Diagnostic Warns(string? path, string message) =>
        new(this, message, path is null ? null : new SourceLocation(path), Severity.Warning);

    /// <summary>An exception that carries this one problem.</summary>
    public DiagnosticException Fails(string path, string message) => new(At(path, message));

    /// <inheritdoc cref="Fails(string,string)"/>
    public DiagnosticException Fails(SourceLocation? location, string message) => new(At(location, message));
}
