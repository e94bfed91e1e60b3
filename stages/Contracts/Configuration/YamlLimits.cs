using Llava.Contracts.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Llava.Contracts.Configuration;

/// <summary>
/// Refuses what would exhaust the stack or the memory before it is built: nesting without end, and aliases within aliases, nine of which make a
/// billion values of one line.
/// </summary>
static class YamlLimits
{
    const int DeepestNesting = 64;
    const int MostAliases = 100;

    /// <exception cref="DiagnosticException">It has either, or very many aliases.</exception>
    /// <exception cref="YamlException">It is not yaml.</exception>
    public static void Check(string yaml, string path)
    {
        var parser = new Parser(new StringReader(yaml));
        var (aliases, anchored) = (0, int.MaxValue);
        for (var depth = 0; parser.MoveNext();)
        {
            depth += parser.Current!.NestingIncrease;
            if (depth < anchored)
                anchored = parser.Current is NodeEvent { Anchor.IsEmpty: false, NestingIncrease: > 0 } ? depth : int.MaxValue;
            if (parser.Current is AnchorAlias && anchored != int.MaxValue)
                throw ErrorCatalog.BadYaml.Fails(Place(parser, path), "an alias (*name) within a value that has a name itself (&name): write it out");
            if (parser.Current is AnchorAlias && ++aliases > MostAliases)
                throw ErrorCatalog.BadYaml.Fails(Place(parser, path), $"more than {MostAliases} aliases (*name)");
            // The stream and the document count too.
            if (depth > DeepestNesting + 2)
                throw ErrorCatalog.BadYaml.Fails(Place(parser, path), $"values are nested more than {DeepestNesting} deep");
        }
    }

    static SourceLocation Place(Parser parser, string path) => new(path, (int)parser.Current!.Start.Line, (int)parser.Current.Start.Column);
}
