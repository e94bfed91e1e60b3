using Llava.Contracts.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Llava.Contracts.Configuration;

/// <summary>
/// Refuses what would exhaust the stack or the memory before it is built: nesting without end, and aliases, nine of which make a billion values
/// of one line.
/// </summary>
static class YamlLimits
{
    const int DeepestNesting = 64;

    /// <exception cref="DiagnosticException">It has either.</exception>
    /// <exception cref="YamlException">It is not yaml.</exception>
    public static void Check(string yaml, string path)
    {
        var parser = new Parser(new StringReader(yaml));
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (parser.Current is AnchorAlias)
                throw ErrorCatalog.BadYaml.Fails(Place(parser, path), "aliases (*name) are not read: write the value out");
            // The stream and the document count too.
            if (depth > DeepestNesting + 2)
                throw ErrorCatalog.BadYaml.Fails(Place(parser, path), $"values are nested more than {DeepestNesting} deep");
        }
    }

    static SourceLocation Place(Parser parser, string path) => new(path, (int)parser.Current!.Start.Line, (int)parser.Current.Start.Column);
}
