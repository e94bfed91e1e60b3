using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>Collects the tensors of Hugging Face checkpoints under ModelZoo's names, and every problem on the way.</summary>
sealed class HuggingFaceToModelZoo(ModelDimensions dimensions)
{
    readonly List<MappedTensor> _mapped = [];
    readonly List<DroppedTensor> _dropped = [];
    readonly List<Diagnostic> _problems = [];
    readonly List<ICheckpointReader> _readers = [];
    bool _lacksProjector;

    public void Add(ICheckpointReader reader, IReadOnlyList<ModelPart> parts)
    {
        _readers.Add(reader);
        var expected = parts.SelectMany(part => part.Expected(dimensions)).ToDictionary(entry => entry.Rule.HuggingFaceKeyOf(entry.Layer));
        var found = new HashSet<string>();
        foreach (var tensor in reader.Tensors)
        {
            if (FindKey(tensor.Name, parts, expected) is { } key)
                Map(reader, tensor, key, expected[key], found);
            else if (FindDrop(tensor.Name, parts) is { } drop)
                _dropped.Add(new DroppedTensor(reader.StoredAs(tensor), drop.Reason));
            else
                _problems.Add(ErrorCatalog.UnknownTensor.At(tensor.File, UnknownMessage(tensor, parts)));
        }
        _lacksProjector |= parts.Contains(ProjectorPart.Part) && !found.Any(key => key.Contains("mm_projector", StringComparison.Ordinal));
        ReportMissing(reader, expected.Keys.Except(found));
    }

    public MappedCheckpoint Finish()
    {
        DiagnosticException.ThrowIfAny(_problems);
        return new MappedCheckpoint(_readers[0].Path, _mapped, _dropped, _lacksProjector, [.. _readers]);
    }

    static string? FindKey(string name, IReadOnlyList<ModelPart> parts, Dictionary<string, (TensorRule, int)> expected) =>
        parts.SelectMany(part => part.CanonicalKeys(name)).FirstOrDefault(expected.ContainsKey);

    static DropRule? FindDrop(string name, IReadOnlyList<ModelPart> parts) =>
        parts.SelectMany(part => part.CanonicalKeys(name).SelectMany(key => part.Drops.Where(drop => drop.Matches(key)))).FirstOrDefault();

    void Map(ICheckpointReader reader, TensorInfo tensor, string key, (TensorRule Rule, int Layer) entry, HashSet<string> found)
    {
        var (rule, layer) = entry;
        var shape = rule.Shape(dimensions, layer);
        if (!found.Add(key))
            _problems.Add(ErrorCatalog.DuplicateTensor.At(tensor.File, $"{tensor.Name}: {key} is there under another spelling too"));
        else if (!shape.SequenceEqual(tensor.Shape))
            _problems.Add(ErrorCatalog.WrongTensorShape.At(tensor.File, $"{tensor.Name} has the shape {TensorShape.Describe(tensor.Shape)}; by the configuration it is {TensorShape.Describe(shape)}"));
        else
            _mapped.AddRange(rule.ModelZooKeysOf(layer).Select(name => new MappedTensor(tensor with { Name = name }, reader, tensor, rule, SourceRow(rule, tensor.Rows))));
    }

    Func<long, long>? SourceRow(TensorRule rule, long rows) =>
        rule.Rows == RowOrder.Unchanged ? null : row => rule.Rows.HuggingFaceRow(row, rows, dimensions);

    void ReportMissing(ICheckpointReader reader, IEnumerable<string> missing)
    {
        foreach (var key in missing.Order(StringComparer.Ordinal))
        {
            if (!(_lacksProjector && key.Contains("mm_projector", StringComparison.Ordinal)))
                _problems.Add(ErrorCatalog.MissingTensor.At(reader.Path, $"there is no tensor {key}"));
        }
    }

    string UnknownMessage(TensorInfo tensor, IReadOnlyList<ModelPart> parts)
    {
        var rules = parts.SelectMany(part => part.Rules).Select(rule => (rule.HuggingFaceKey, rule.Layers(dimensions)));
        return $"{tensor.Name} {tensor} has no rule in the {string.Join(" or ", parts.Select(part => part.Name))}{NearestRule.Describe(tensor.Name, rules)}";
    }
}
