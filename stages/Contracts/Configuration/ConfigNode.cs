using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Configuration;

/// <summary>One value of a yaml document, with the place it was written at and its dotted path from the root.</summary>
public abstract record ConfigNode(string KeyPath, SourceLocation Location);

/// <param name="Text">As written, without quotes.</param>
/// <param name="IsQuoted">Quoted text is a string whatever it looks like.</param>
public sealed record ConfigScalar(string KeyPath, SourceLocation Location, string Text, bool IsQuoted) : ConfigNode(KeyPath, Location)
{
    public bool IsNull => !IsQuoted && Text is "" or "~" or "null" or "Null" or "NULL";
}

public sealed record ConfigList(string KeyPath, SourceLocation Location, IReadOnlyList<ConfigNode> Items) : ConfigNode(KeyPath, Location);

public sealed record ConfigMap(string KeyPath, SourceLocation Location, IReadOnlyDictionary<string, ConfigNode> Entries)
    : ConfigNode(KeyPath, Location);
