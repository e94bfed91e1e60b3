using Llava.Contracts.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Llava.Contracts.Configuration;

/// <summary>A yaml file with <c>--set key=value</c> overrides laid over it.</summary>
public sealed record ConfigDocument(string Path, ConfigMap Root)
{
    /// <exception cref="DiagnosticException">The file is missing, is not yaml, repeats a key, or an override does not fit.</exception>
    public static ConfigDocument Load(string path, IReadOnlyList<string>? overrides = null)
    {
        if (!File.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such file");
        return Parse(File.ReadAllText(path), path, overrides);
    }

    public static ConfigDocument Parse(string yaml, string path, IReadOnlyList<string>? overrides = null)
    {
        var document = new ConfigDocument(path, ParseRoot(yaml, path));
        foreach (var assignment in overrides ?? [])
            document = document.With(assignment);
        return document;
    }

    /// <summary>A copy in which <paramref name="assignment"/>, <c>a.b.c=yaml</c>, replaces or adds one value.</summary>
    public ConfigDocument With(string assignment)
    {
        var equals = assignment.IndexOf('=');
        if (equals < 1)
            throw ErrorCatalog.BadOverride.Fails(Path, $"--set {assignment}: expected key.path=value");
        var keys = assignment[..equals].Split('.');
        var value = ParseOverride(assignment[..equals], assignment[(equals + 1)..]);
        return this with { Root = (ConfigMap)Replace(Root, keys, value, assignment) };
    }

    static ConfigMap ParseRoot(string yaml, string path)
    {
        var root = ParseYaml(yaml, path);
        return root switch
        {
            null => new ConfigMap("", new SourceLocation(path), new Dictionary<string, ConfigNode>()),
            YamlMappingNode map => (ConfigMap)Convert(map, "", path),
            _ => throw ErrorCatalog.BadYaml.Fails(path, "the document must be a mapping of keys to values"),
        };
    }

    static YamlNode? ParseYaml(string yaml, string path)
    {
        try
        {
            YamlLimits.Check(yaml, path);
            var stream = new YamlStream();
            stream.Load(new StringReader(yaml));
            return stream.Documents.Count == 0 ? null : stream.Documents[0].RootNode;
        }
        catch (YamlException error)
        {
            // YamlDotNet finds a repeated key while it loads, and says so in a message of its own.
            var code = error.Message.Contains("Duplicate key", StringComparison.OrdinalIgnoreCase) ? ErrorCatalog.DuplicateKey : ErrorCatalog.BadYaml;
            throw code.Fails(new SourceLocation(path, (int)error.Start.Line, (int)error.Start.Column), (error.InnerException ?? error).Message);
        }
    }

    static ConfigNode Convert(YamlNode node, string keyPath, string path)
    {
        var location = new SourceLocation(path, (int)node.Start.Line, (int)node.Start.Column);
        switch (node)
        {
            case YamlScalarNode scalar:
                return new ConfigScalar(keyPath, location, scalar.Value ?? "", scalar.Style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted);
            case YamlSequenceNode sequence:
                return new ConfigList(keyPath, location, [.. sequence.Children.Select((child, index) => Convert(child, $"{keyPath}[{index}]", path))]);
            case YamlMappingNode map:
                var entries = new Dictionary<string, ConfigNode>();
                foreach (var (key, value) in map.Children)
                {
                    if (key is not YamlScalarNode { Value: var scalarKey })
                        throw ErrorCatalog.BadYaml.Fails(location, "a key must be plain text");
                    var name = scalarKey ?? "";
                    entries[name] = Convert(value, Join(keyPath, name), path) with { Location = new SourceLocation(path, (int)key.Start.Line, (int)key.Start.Column) };
                }
                return new ConfigMap(keyPath, location, entries);
            default:
                throw ErrorCatalog.BadYaml.Fails(location, "aliases are not supported here");
        }
    }

    ConfigNode ParseOverride(string keyPath, string text)
    {
        var place = $"--set {keyPath}";
        var node = ParseYaml(text, place);
        return node is null ? new ConfigScalar(keyPath, new SourceLocation(place), "", IsQuoted: false) : Relocate(Convert(node, keyPath, place), place);
    }

    // The column inside a command-line argument helps nobody: the option itself is the place.
    static ConfigNode Relocate(ConfigNode node, string place) => node switch
    {
        ConfigList list => list with { Location = new(place), Items = [.. list.Items.Select(item => Relocate(item, place))] },
        ConfigMap map => map with { Location = new(place), Entries = map.Entries.ToDictionary(entry => entry.Key, entry => Relocate(entry.Value, place)) },
        _ => node with { Location = new(place) },
    };

    static ConfigNode Replace(ConfigNode parent, ReadOnlySpan<string> keys, ConfigNode value, string assignment)
    {
        if (keys.Length == 0)
            return value;
        if (parent is ConfigScalar { IsNull: true })
            parent = new ConfigMap(parent.KeyPath, parent.Location, new Dictionary<string, ConfigNode>());
        if (parent is not ConfigMap map)
            throw ErrorCatalog.BadOverride.Fails(parent.Location, $"--set {assignment}: {parent.KeyPath} holds a value, not keys");
        var entries = new Dictionary<string, ConfigNode>(map.Entries);
        var child = entries.GetValueOrDefault(keys[0])
            ?? new ConfigMap(Join(map.KeyPath, keys[0]), value.Location, new Dictionary<string, ConfigNode>());
        entries[keys[0]] = Replace(child, keys[1..], value, assignment);
        return map with { Entries = entries };
    }

    static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";
}
