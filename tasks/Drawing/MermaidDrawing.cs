using System.Text;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Drawing;

/// <summary>The graph as mermaid text, a class per state.</summary>
static class MermaidDrawing
{
    public static string Draw(StageGraph graph)
    {
        var ids = graph.Stages.Select((verdict, index) => (verdict.Stage, Id: $"s{index}")).ToDictionary(pair => pair.Stage, pair => pair.Id);
        var text = new StringBuilder("flowchart LR\n");
        foreach (var verdict in graph.Stages)
            text.Append($"  {ids[verdict.Stage]}[\"{verdict.Stage}\"]:::{verdict.State}\n");
        foreach (var (from, to) in graph.Edges())
            text.Append($"  {ids[from]} --> {ids[to]}\n");
        foreach (var (state, colour) in StateColours.All)
            text.Append($"  classDef {state} fill:{colour},stroke:#555\n");
        return text.ToString();
    }
}
