using System.Globalization;
using System.Security;
using System.Text;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Drawing;

/// <summary>The graph as svg: a column per depth, a box per stage, a curve per edge.</summary>
sealed class SvgDrawing
{
    const int BoxWidth = 170, BoxHeight = 40, ColumnStep = 220, RowStep = 60, Margin = 20;

    readonly StageGraph _graph;
    readonly Dictionary<string, (int X, int Y)> _places = new(StringComparer.Ordinal);

    SvgDrawing(StageGraph graph)
    {
        _graph = graph;
        var rows = new Dictionary<int, int>();
        var depths = graph.Depths();
        foreach (var verdict in graph.Stages)
        {
            var column = depths[verdict.Stage];
            var row = rows[column] = rows.GetValueOrDefault(column, -1) + 1;
            _places[verdict.Stage] = (Margin + column * ColumnStep, Margin + row * RowStep);
        }
    }

    public static string Draw(StageGraph graph) => new SvgDrawing(graph).Draw();

    string Draw()
    {
        var width = _places.Values.Select(place => place.X).DefaultIfEmpty().Max() + BoxWidth + Margin;
        var height = _places.Values.Select(place => place.Y).DefaultIfEmpty().Max() + BoxHeight + Margin;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" font-family=\"sans-serif\" font-size=\"13\">\n");
        foreach (var (from, to) in _graph.Edges())
            text.Append(Curve(_places[from], _places[to]));
        foreach (var verdict in _graph.Stages)
            text.Append(Box(verdict, _places[verdict.Stage]));
        return text.Append("</svg>\n").ToString();
    }

    static string Curve((int X, int Y) from, (int X, int Y) to)
    {
        var (startX, startY, endX, endY) = (from.X + BoxWidth, from.Y + BoxHeight / 2, to.X, to.Y + BoxHeight / 2);
        var bend = (ColumnStep - BoxWidth) / 2;
        return string.Create(CultureInfo.InvariantCulture, $"  <path d=\"M{startX} {startY} C{startX + bend} {startY} {endX - bend} {endY} {endX} {endY}\" fill=\"none\" stroke=\"#777\"/>\n");
    }

    static string Box(StageVerdict verdict, (int X, int Y) place)
    {
        var title = string.Join("\n", verdict.Reasons.DefaultIfEmpty(verdict.State));
        return string.Create(CultureInfo.InvariantCulture, $"""
              <g><title>{SecurityElement.Escape(title)}</title>
                <rect x="{place.X}" y="{place.Y}" width="{BoxWidth}" height="{BoxHeight}" rx="6" fill="{StateColours.All[verdict.State]}" stroke="#555"/>
                <text x="{place.X + BoxWidth / 2}" y="{place.Y + 17}" text-anchor="middle">{SecurityElement.Escape(verdict.Stage)}</text>
                <text x="{place.X + BoxWidth / 2}" y="{place.Y + 33}" text-anchor="middle" font-size="11" fill="#444">{verdict.State}</text></g>

            """);
    }
}
