namespace Llava.Preprocess.Parquet.Pages;

/// <summary>What stands before each page of a column chunk (parquet-format, <c>PageHeader</c>).</summary>
sealed record PageHeader(PageKind Kind, long CompressedBytes, long UncompressedBytes, int Values, int Encoding, long LevelBytes, long RepetitionBytes, bool IsCompressed)
{
    const int DataHeader = 500;
    const int DictionaryHeader = 700;
    const int DataHeader2 = 800;

    public static PageHeader Read(Stream chunk)
    {
        var fields = new CompactThrift(chunk).ReadStruct();
        var kind = (PageKind)fields.GetValueOrDefault(1, -1);
        var prefix = kind switch { PageKind.Data => DataHeader, PageKind.Dictionary => DictionaryHeader, PageKind.Data2 => DataHeader2, _ => 0 };
        long Field(int id) => fields.GetValueOrDefault(id) is >= 0 and <= int.MaxValue and var value ? value : throw new InvalidDataException($"a page header says {fields[id]}");
        return new PageHeader(
            kind,
            Field(3),
            Field(2),
            (int)Field(prefix + 1),
            (int)(kind == PageKind.Data2 ? Field(prefix + 4) : Field(prefix + 2)),
            kind == PageKind.Data2 ? Field(prefix + 5) : 0,
            kind == PageKind.Data2 ? Field(prefix + 6) : 0,
            fields.GetValueOrDefault(prefix + 7, 1) == 1);
    }
}

enum PageKind
{
    Data = 0,
    Index = 1,
    Dictionary = 2,
    Data2 = 3,
}
