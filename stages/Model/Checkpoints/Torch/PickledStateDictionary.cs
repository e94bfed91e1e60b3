using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// Finds the tensors of an unpickled checkpoint: a flat state dict, or one inside <c>{"model": {…}}</c> (the reference's
/// <c>.mdl</c>) or <c>{"state_dict": {…}}</c>. Nested dicts and lists of other checkpoints flatten to dotted keys.
/// </summary>
sealed class PickledStateDictionary
{
    const int MaximumDepth = 32;

    readonly string _path;
    readonly List<(string Name, PickledTensor Tensor)> _tensors = [];
    readonly Stack<object?> _place = new(); // keys and numbers down to what is looked at
    long _left;

    PickledStateDictionary(string path, long pickleLength)
    {
        _path = path;
        _left = 1000 + 4 * pickleLength; // shared references could otherwise unfold without end
    }

    public static IReadOnlyList<(string Name, PickledTensor Tensor)> Find(object? root, string path, long pickleLength)
    {
        var found = new PickledStateDictionary(path, pickleLength);
        found.Visit(Section(root));
        return found._tensors;
    }

    static object? Section(object? root)
    {
        if (root is not PickledDictionary dictionary)
            return root;
        return dictionary.Get("model") as PickledDictionary ?? dictionary.Get("state_dict") as PickledDictionary ?? root;
    }

    void Visit(object? value)
    {
        switch (value)
        {
            case PickledTensor tensor:
                _tensors.Add((Name(), tensor));
                break;
            case PickledDictionary dictionary:
                Charge(1 + dictionary.Entries.Count);
                foreach (var (key, item) in dictionary.Entries)
                    VisitAt(key, item);
                break;
            case object?[] or List<object?>:
                var items = value as IList<object?> ?? (object?[])value;
                Charge(1 + items.Count);
                for (var i = 0; i < items.Count; i++)
                    VisitAt(i, items[i]);
                break;
        }
    }

    // Of everything else nothing is kept, not even a name.
    void VisitAt(object? key, object? item)
    {
        if (item is not (PickledTensor or PickledDictionary or object?[] or List<object?>))
            return;
        _place.Push(key);
        Visit(item);
        _place.Pop();
    }

    string Name()
    {
        var name = string.Join('.', _place.Reverse().Select(NamePart));
        Charge(1 + name.Length);
        return name;
    }

    string NamePart(object? key) => key is string or long or int
        ? string.Create(CultureInfo.InvariantCulture, $"{key}")
        : throw Bad($"tensors lie under a key that is no name but {Kind(key)}");

    static string Kind(object? key) => key switch
    {
        null => "None",
        object?[] => "a tuple",
        bool or double => string.Create(CultureInfo.InvariantCulture, $"the value {key}"),
        _ => "an object",
    };

    void Charge(long steps)
    {
        if (_place.Count > MaximumDepth || (_left -= steps) < 0)
            throw Bad("the pickle's containers hold themselves, or nest without reason");
    }

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(_path, message);
}
