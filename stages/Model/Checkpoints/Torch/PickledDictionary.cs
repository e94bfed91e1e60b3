namespace Llava.Model.Checkpoints.Torch;

/// <summary>A pickled dict or OrderedDict: pairs in the order of insertion. Keys are whatever was pickled.</summary>
sealed class PickledDictionary
{
    public List<(object? Key, object? Value)> Entries { get; } = [];

    public object? Get(string key)
    {
        foreach (var (name, value) in Entries)
        {
            if (name is string text && text == key)
                return value;
        }
        return null;
    }
}
