using System.Text;

namespace Llava.H5Reading;

/// <summary>The attributes of an object that are texts and whole numbers (truth values among them); others are left out.</summary>
public sealed class ObjectAttributes
{
    const int SharedTypeFlag = 0x01;
    const int IntegerClass = 0, TextClass = 3, EnumerationClass = 8, VariableLengthClass = 9;

    readonly Dictionary<string, object> _values = new(StringComparer.Ordinal);

    ObjectAttributes()
    {
    }

    public static ObjectAttributes Read(Hdf5File file, long objectAddress)
    {
        var attributes = new ObjectAttributes();
        foreach (var message in ObjectHeader.Read(file, objectAddress).Where(message => message is { Type: Hdf5Message.Attribute, IsShared: false }))
            attributes.Add(file, message.Body);
        return attributes;
    }

    public string? Text(string name) => _values.GetValueOrDefault(name) as string;

    /// <summary>Every number of it; null where there is none.</summary>
    public IReadOnlyList<long>? Integers(string name) => _values.GetValueOrDefault(name) as long[];

    public bool IsTrue(string name) => Integers(name) is [not 0];

    void Add(Hdf5File file, MetadataCursor body)
    {
        var (version, flags) = (body.U8(), body.U8());
        var (nameBytes, typeBytes, spaceBytes) = (body.U16(), body.U16(), body.U16());
        body.Skip(version == 3 ? 1 : 0);
        int Padded(int length) => version == 1 ? (length + 7) / 8 * 8 : length;
        var name = body.Part(Padded(nameBytes)).NullTerminated();
        var type = body.Part(Padded(typeBytes));
        var space = body.Part(Padded(spaceBytes));
        if (version == 1 || (flags & SharedTypeFlag) == 0)
        {
            var element = DatasetHeader.ReadElement(type);
            var count = DatasetHeader.ReadExtents(space) is { } extents ? extents.Aggregate(1L, (product, extent) => product * extent) : 0;
            if (ValueOf(file, body, element, count) is { } value)
                _values[name] = value;
        }
    }

    static object? ValueOf(Hdf5File file, MetadataCursor body, StoredElement element, long count) => element switch
    {
        { Class: TextClass } when count == 1 => Encoding.UTF8.GetString(body.Take(element.Bytes)).TrimEnd('\0'),
        { Class: VariableLengthClass, Bytes: 16 } when count == 1 && (element.Bits & 15) == 1 => VariableText(file, body),
        { Class: IntegerClass or EnumerationClass, Bytes: 1 or 2 or 4 or 8 } when count > 0 && count <= body.Remaining / element.Bytes => Numbers(body, element, (int)count),
        _ => null,
    };

    static string VariableText(Hdf5File file, MetadataCursor body)
    {
        var (length, collection, index) = ((int)body.U32(), body.U64(), body.U32());
        return length == 0 ? "" : GlobalHeap.ReadText(file, collection, index, length);
    }

    static long[] Numbers(MetadataCursor body, StoredElement element, int count) => [.. Enumerable.Range(0, count).Select(_ => body.Unsigned(element.Bytes))];
}
