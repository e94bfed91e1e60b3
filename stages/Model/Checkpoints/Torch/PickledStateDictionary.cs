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
    long _charactersLeft;

    PickledStateDictionary(string path, long pickleLength)
    {
        _path = path;
        _charactersLeft = 1000 + 4 * pickleLength; // shared references could otherwise unfold without end
    }

    public static IReadOnlyList<(string Name, PickledTensor Tensor)> Find(object? root, string path, long pickleLength)
    {
        var found = new PickledStateDictionary(path, pickleLength);
        found.Visit(Section(root), "", 0);
        return found._tensors;
    }

    static object? Section(object? root)
    {
        if (root is not PickledDictionary dictionary)
            return root;
        return dictionary.Get("model") as PickledDictionary ?? dictionary.Get("state_dict") as PickledDictionary ?? root;
    }

    void Visit(object? value, string name, int depth)
    {
        if (depth > MaximumDepth || (_charactersLeft -= 1 + name.Length) < 0)
            throw ErrorCatalog.BadCheckpointFile.Fails(_path, "the pickle's containers hold themselves, or nest without reason");
        switch (value)
        {
            case PickledTensor tensor:
                _tensors.Add((name, tensor));
                break;
            case PickledDictionary dictionary:
                foreach (var (key, item) in dictionary.Entries)
                    Visit(item, Join(name, key is string or long ? $"{key}" : throw Unusable(key)), depth + 1);
                break;
            case object?[] or List<object?>:
                var items = value as IList<object?> ?? (object?[])value;
                for (var i = 0; i < items.Count; i++)
                    Visit(items[i], Join(name, FormattableString.Invariant($"{i}")), depth + 1);
                break;
        }
    }

    DiagnosticException Unusable(object? key) => ErrorCatalog.BadCheckpointFile.Fails(_path, $"a dict has a key that is no name: {key}");

    static string Join(string parent, string name) => parent.Length == 0 ? name : $"{parent}.{name}";
}
