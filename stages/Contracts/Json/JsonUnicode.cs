using System.Text.Json;

namespace Llava.Contracts.Json;

/// <summary>
/// Whether a document's texts can be read at all. JSON may write half a surrogate pair (<c>"\ud800"</c>) or bytes that are not UTF-8; the parser
/// takes both, and reading such a text, or looking for a name beside it, throws.
/// </summary>
public static class JsonUnicode
{
    public static bool IsWhole(JsonElement element)
    {
        try
        {
            ReadAll(element);
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    static void ReadAll(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                _ = element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    ReadAll(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    ReadAll(property.Value);
                }
                break;
        }
    }
}
