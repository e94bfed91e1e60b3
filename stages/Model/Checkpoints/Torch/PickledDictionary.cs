namespace Llava.Model.Checkpoints.Torch;

/// <summary>A pickled dict or OrderedDict: pairs in the order of insertion. Keys are whatever was pickled.</summary>
sealed class PickledDictionary
{
    List<(object? Key, object? Value)>? _entries; // made when it is needed: a pickle asks for an empty dict with one byte

    public IReadOnlyList<(object? Key, object? Value)> Entries => _entries ?? [];

    public void Add(object? key, object? value) => (_entries ??= new(1)).Add((key, value));

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
