using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Configuration;

/// <summary>A document of the classic layout that is put together value by value, in any order.</summary>
sealed class ClassicSections(SourceLocation location)
{
    static readonly string[] Inputs = ["train_input", "eval_input"];

    ConfigNode? _microBatchOfAll;
    readonly Dictionary<string, ConfigNode> _microBatchOf = [];

    public ConfigMap Root { get; private set; } = new("", location, new Dictionary<string, ConfigNode>());

    /// <summary>A section put onto one that is there already adds the keys that it lacks.</summary>
    /// <param name="key">Dotted; <c>*.micro_batch_size</c> stands for both inputs.</param>
    public void Put(string key, ConfigNode value)
    {
        if (key == "*.micro_batch_size")
            _microBatchOfAll = value;
        else if (key.EndsWith(".micro_batch_size", StringComparison.Ordinal))
            _microBatchOf[key.Split('.')[0]] = value;
        else
            Root = (ConfigMap)Put(Root, key.Split('.'), value);
    }

    public ConfigNode? Find(string key) =>
        key.Split('.').Aggregate((ConfigNode?)Root, (node, name) => (node as ConfigMap)?.Entries.GetValueOrDefault(name));

    /// <summary>At last, to the inputs that there are: a flag for one of them goes before a flag for all.</summary>
    public void SpreadMicroBatch()
    {
        foreach (var input in Inputs.Where(input => Find(input) is ConfigMap))
        {
            if ((_microBatchOf.GetValueOrDefault(input) ?? _microBatchOfAll) is { } size)
                Root = (ConfigMap)Put(Root, [input, "micro_batch_size"], size);
        }
    }

    static ConfigNode Put(ConfigNode? parent, ReadOnlySpan<string> path, ConfigNode value)
    {
        if (path.Length == 0)
            return parent is ConfigMap there && value is ConfigMap added ? there with { Entries = Merge(there, added) } : parent is ConfigMap && value is ConfigScalar { IsNull: true } ? parent : value;
        var map = parent as ConfigMap ?? new ConfigMap(path[0], value.Location, new Dictionary<string, ConfigNode>());
        return map with { Entries = new Dictionary<string, ConfigNode>(map.Entries) { [path[0]] = Put(map.Entries.GetValueOrDefault(path[0]), path[1..], value) } };
    }

    static Dictionary<string, ConfigNode> Merge(ConfigMap there, ConfigMap added)
    {
        var entries = new Dictionary<string, ConfigNode>(added.Entries);
        foreach (var (key, node) in there.Entries)
            entries[key] = node;
        return entries;
    }
}
