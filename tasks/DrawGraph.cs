using Llava.Contracts.Files;
using Llava.Tasks.Drawing;
using Llava.Tasks.Staleness;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Draws the stages that this build has checked, with their states, as mermaid and svg.</summary>
public sealed class DrawGraph : GraphTask
{
    /// <summary>Full path of the drawings, without an ending.</summary>
    [Required]
    public string Drawing { get; set; } = "";

    /// <summary>Print the text, write nothing.</summary>
    public bool DryRun { get; set; }

    protected override void Run(GraphSession session)
    {
        var graph = new StageGraph(session.Verdicts);
        var mermaid = MermaidDrawing.Draw(graph);
        if (DryRun)
        {
            Log.LogMessage(MessageImportance.High, "{0}", $"{mermaid}would be written to {Drawing}.mmd and {Drawing}.svg");
            return;
        }
        AtomicFile.WriteAllText($"{Drawing}.mmd", mermaid);
        AtomicFile.WriteAllText($"{Drawing}.svg", SvgDrawing.Draw(graph));
        Log.LogMessage(MessageImportance.High, "{0}", $"{mermaid}also at {Drawing}.mmd and {Drawing}.svg");
    }
}
