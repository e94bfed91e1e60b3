using System.Globalization;
using System.IO.Compression;
using System.Security;
using System.Text;

namespace Llava.Evaluate.Benchmarks;

/// <summary>A workbook of one sheet of text, in Office Open XML (ECMA-376). The same cells give the same bytes.</summary>
static class Spreadsheet
{
    const string Declaration = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""";
    const string Main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const string Relations = "http://schemas.openxmlformats.org/package/2006/relationships";
    const string OfficeRelations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const string ContentType = "application/vnd.openxmlformats-officedocument.spreadsheetml";

    // The earliest time a zip archive can hold.
    static readonly DateTimeOffset Timestamp = new(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <param name="rows">The first one is the header.</param>
    /// <param name="numberColumn">Its cells are whole numbers, below the header.</param>
    public static byte[] Write(IReadOnlyList<IReadOnlyList<string>> rows, int numberColumn)
    {
        using var buffer = new MemoryStream();
        using (var archive = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            Add(archive, "[Content_Types].xml", $"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="{ContentType}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="{ContentType}.worksheet+xml"/></Types>""");
            Add(archive, "_rels/.rels", $"""<Relationships xmlns="{Relations}"><Relationship Id="rId1" Type="{OfficeRelations}/officeDocument" Target="xl/workbook.xml"/></Relationships>""");
            Add(archive, "xl/workbook.xml", $"""<workbook xmlns="{Main}" xmlns:r="{OfficeRelations}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>""");
            Add(archive, "xl/_rels/workbook.xml.rels", $"""<Relationships xmlns="{Relations}"><Relationship Id="rId1" Type="{OfficeRelations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>""");
            Add(archive, "xl/worksheets/sheet1.xml", Sheet(rows, numberColumn));
        }
        return buffer.ToArray();
    }

    static string Sheet(IReadOnlyList<IReadOnlyList<string>> rows, int numberColumn)
    {
        var xml = new StringBuilder($"""<worksheet xmlns="{Main}"><sheetData>""");
        for (var row = 0; row < rows.Count; row++)
        {
            xml.Append(CultureInfo.InvariantCulture, $"""<row r="{row + 1}">""");
            for (var column = 0; column < rows[row].Count; column++)
                AppendCell(xml, Reference(row, column), rows[row][column], isNumber: row > 0 && column == numberColumn);
            xml.Append("</row>");
        }
        return xml.Append("</sheetData></worksheet>").ToString();
    }

    static void AppendCell(StringBuilder xml, string reference, string text, bool isNumber)
    {
        if (isNumber)
            xml.Append(CultureInfo.InvariantCulture, $"""<c r="{reference}"><v>{text}</v></c>""");
        else if (text.Length > 0)
            xml.Append(CultureInfo.InvariantCulture, $"""<c r="{reference}" t="inlineStr"><is><t xml:space="preserve">{SecurityElement.Escape(WithoutControls(text))}</t></is></c>""");
    }

    static string Reference(int row, int column)
    {
        var letters = "";
        for (var rest = column + 1; rest > 0; rest = (rest - 1) / 26)
            letters = (char)('A' + (rest - 1) % 26) + letters;
        return string.Create(CultureInfo.InvariantCulture, $"{letters}{row + 1}");
    }

    // XML 1.0 has no way to write these.
    static string WithoutControls(string text) => string.Concat(text.Where(character => character is '\t' or '\n' or '\r' or >= ' ' and not '\ufffe' and not '\uffff'));

    static void Add(ZipArchive archive, string name, string xml)
    {
        var entry = archive.CreateEntry(name);
        entry.LastWriteTime = Timestamp;
        using var stream = entry.Open();
        stream.Write(Encoding.UTF8.GetBytes($"{Declaration}\n{xml}"));
    }
}
