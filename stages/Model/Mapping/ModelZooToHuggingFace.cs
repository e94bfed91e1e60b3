using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;

namespace Llava.Model.Mapping;

/// <summary>Gives the tensors of a ModelZoo checkpoint their Hugging Face names. All of them are checked at once, when it is made.</summary>
sealed class ModelZooToHuggingFace
{
    readonly ICheckpointReader _reader;
    readonly ModelDimensions _dimensions;
    readonly Dictionary<string, TensorInfo> _tensors = new(StringComparer.Ordinal);
    readonly List<Diagnostic> _problems = [];

    public ModelZooToHuggingFace(ICheckpointReader reader, ModelDimensions dimensions)
    {
        _reader = reader;
        _dimensions = dimensions;
        var known = CheckpointMapping.Parts
            .SelectMany(part => part.Expected(dimensions))
            .SelectMany(entry => entry.Rule.ModelZooKeysOf(entry.Layer).Select(key => (key, entry)))
            .ToDictionary(pair => pair.key, pair => pair.entry);
        foreach (var tensor in reader.Tensors)
            Check(tensor, known);
        foreach (var (rule, layer) in CheckpointMapping.Parts.SelectMany(part => part.Expected(dimensions)))
            CheckPresent(rule.ModelZooKeysOf(layer));
        DiagnosticException.ThrowIfAny(_problems);
    }

    public MappedCheckpoint Map(IReadOnlyList<ModelPart> parts)
    {
        var mapped = new List<MappedTensor>();
        var dropped = new List<DroppedTensor>();
        foreach (var (rule, layer) in parts.SelectMany(part => part.Expected(_dimensions)))
        {
            TensorInfo[] stored = [.. rule.ModelZooKeysOf(layer).Where(_tensors.ContainsKey).Select(key => _tensors[key])];
            var target = stored[0] with { Name = rule.HuggingFaceKeyOf(layer) };
            mapped.Add(new MappedTensor(target, _reader, stored[0], rule, SourceRow(rule, target.Rows)));
            dropped.AddRange(stored.Skip(1).Select(copy => new DroppedTensor(copy, $"the same weights as {stored[0].Name}")));
        }
        return new MappedCheckpoint(_reader.Path, mapped, dropped, lacksProjector: false, _reader);
    }

    void Check(TensorInfo tensor, Dictionary<string, (TensorRule Rule, int Layer)> known)
    {
        var key = known.ContainsKey(tensor.Name) || !tensor.Name.StartsWith("model.", StringComparison.Ordinal) ? tensor.Name : tensor.Name["model.".Length..];
        if (!known.TryGetValue(key, out var entry))
        {
            var rules = CheckpointMapping.Parts.SelectMany(part => part.Rules).SelectMany(rule => rule.ModelZooKeys.Select(pattern => (pattern, rule.Layers(_dimensions))));
            _problems.Add(ErrorCatalog.UnknownTensor.At(tensor.File, $"{tensor.Name} {tensor} has no rule in ModelZoo's LLaVA{NearestRule.Describe(key, rules)}"));
            return;
        }
        var shape = entry.Rule.Shape(_dimensions, entry.Layer);
        if (!shape.SequenceEqual(tensor.Shape))
            _problems.Add(ErrorCatalog.WrongTensorShape.At(tensor.File, $"{tensor.Name} has the shape {TensorShape.Describe(tensor.Shape)}; by the configuration it is {TensorShape.Describe(shape)}"));
        else if (!_tensors.TryAdd(key, tensor))
            _problems.Add(ErrorCatalog.DuplicateTensor.At(tensor.File, $"{tensor.Name} is there with and without the prefix model."));
    }

    void CheckPresent(IReadOnlyList<string> keys)
    {
        TensorInfo[] stored = [.. keys.Where(_tensors.ContainsKey).Select(key => _tensors[key])];
        if (stored.Length == 0)
            _problems.Add(ErrorCatalog.MissingTensor.At(_reader.Path, $"there is no tensor {keys[0]}"));
        foreach (var copy in stored.Skip(1))
        {
            if (copy.ElementType != stored[0].ElementType || !_reader.ReadBytes(copy.Name).AsSpan().SequenceEqual(_reader.ReadBytes(stored[0].Name)))
                _problems.Add(ErrorCatalog.DuplicateTensor.At(copy.File, $"{copy.Name} and {stored[0].Name} must be the same weights, but differ"));
        }
    }

    Func<long, long>? SourceRow(TensorRule rule, long rows) =>
        rule.Rows == RowOrder.Unchanged ? null : row => rule.Rows.ModelZooRow(row, rows, _dimensions);
}
