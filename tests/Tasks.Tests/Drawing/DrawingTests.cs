using System.Xml.Linq;
using Llava.Tasks.Drawing;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Tests.Drawing;

public sealed class DrawingTests
{
    static readonly StageGraph Graph = new(
    [
        Stage("raw", [], []),
        Stage("samples <a>", ["it changed"], [], "raw"),
        Stage("training", [], ["samples <a>"], "raw", "samples <a>"),
    ]);

    static StageVerdict Stage(string name, string[] reasons, string[] waitsFor, params string[] reads) => new(name, $"/artifacts/{name}", reasons, waitsFor, null) { Reads = reads };

    [Fact]
    public void Mermaid_shows_each_stage_with_its_state_and_leaves_out_what_follows_from_other_edges() => Assert.Equal(
        """
        flowchart LR
          s0["raw"]:::fresh
          s1["samples <a>"]:::stale
          s2["training"]:::waits
          s0 --> s1
          s1 --> s2
          classDef fresh fill:#cdebc5,stroke:#555
          classDef stale fill:#f6c1b5,stroke:#555
          classDef stored fill:#c7dcf3,stroke:#555
          classDef waits fill:#fbe7a8,stroke:#555

        """,
        MermaidDrawing.Draw(Graph));

    [Fact]
    public void Svg_is_xml_with_a_box_per_stage_and_a_column_per_depth()
    {
        XNamespace svg = "http://www.w3.org/2000/svg";
        var root = XDocument.Parse(SvgDrawing.Draw(Graph)).Root!;
        Assert.Equal(["20", "240", "460"], root.Descendants(svg + "rect").Select(box => box.Attribute("x")!.Value));
        Assert.Equal(["raw", "fresh", "samples <a>", "stale", "training", "waits"], root.Descendants(svg + "text").Select(text => text.Value));
        Assert.Equal(2, root.Descendants(svg + "path").Count());
        Assert.Contains("it changed", root.Descendants(svg + "title").Select(title => title.Value));
    }

    [Fact]
    public void What_follows_from_a_stage_is_found_through_others() =>
        Assert.Equal(["samples <a>", "training"], Graph.Dependents("raw").Select(stage => stage.Stage));
}
