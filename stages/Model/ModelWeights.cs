using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Layers;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>Weights between a model and named tensors. The names are ModelZoo's; all are needed and none is left over.</summary>
public static class ModelWeights
{
    const string FinalNorm = "text_model.ln_f.weight";
    const string TokenTable = "text_model.embedding_layer.word_embeddings.weight";

    /// <summary>Second names that a checkpoint has for a tensor: name and the parameter it equals.</summary>
    public static IReadOnlyList<(string Name, string Parameter)> SecondNames(this LlavaModel model) => model.Config.TextModel.ShareEmbeddingWeights
        ? [("text_model.transformer_decoder.norm.weight", FinalNorm), ("text_model.lm_head.weight", TokenTable)]
        : [("text_model.transformer_decoder.norm.weight", FinalNorm)];

    /// <summary>Every tensor of a ModelZoo checkpoint, second names included, in ordinal order. Not copies.</summary>
    public static IReadOnlyList<(string Name, Tensor Tensor)> StateTensors(this LlavaModel model)
    {
        var parameters = model.named_parameters().ToDictionary(entry => entry.name, entry => (Tensor)entry.parameter, StringComparer.Ordinal);
        return
        [
            .. parameters.Select(entry => (entry.Key, entry.Value))
                .Concat(model.SecondNames().Select(second => (second.Name, parameters[second.Parameter])))
                .OrderBy(entry => entry.Item1, StringComparer.Ordinal),
        ];
    }

    /// <summary>Copies tensors into the model, converting number formats.</summary>
    /// <exception cref="DiagnosticException">A tensor is missing, left over, or of another shape; every one is named.</exception>
    public static void Load(this LlavaModel model, IReadOnlyDictionary<string, Tensor> tensors) =>
        model.Load("the checkpoint", tensors.ToDictionary(entry => entry.Key, entry => (IReadOnlyList<long>)entry.Value.shape, StringComparer.Ordinal), name => tensors[name].alias());

    /// <inheritdoc cref="Load(LlavaModel, IReadOnlyDictionary{string, Tensor})"/>
    /// <param name="checkpoint">ModelZoo names, with or without a leading <c>model.</c>.</param>
    public static void Load(this LlavaModel model, ICheckpointReader checkpoint)
    {
        var names = checkpoint.Tensors.ToDictionary(tensor => WithoutPrefix(tensor.Name), tensor => tensor.Name, StringComparer.Ordinal);
        var shapes = checkpoint.Tensors.ToDictionary(tensor => WithoutPrefix(tensor.Name), tensor => tensor.Shape, StringComparer.Ordinal);
        model.Load(checkpoint.Path, shapes, name => checkpoint.ReadTensor(names[name]));
    }

    internal static void Load(this LlavaModel model, string source, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, Func<string, Tensor> read)
    {
        DiagnosticException.ThrowIfAny(Mismatches(model, source, shapes));
        using var quiet = no_grad();
        foreach (var (name, parameter) in model.named_parameters().Where(entry => !StaysAsMade(shapes, entry.name)))
        {
            using var scope = NewDisposeScope();
            parameter.copy_(read(NameIn(model, shapes, name)));
        }
    }

    static List<Diagnostic> Mismatches(LlavaModel model, string source, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes)
    {
        var problems = new List<Diagnostic>();
        var expected = model.StateTensors().Select(entry => entry.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var name in shapes.Keys.Where(name => !expected.Contains(name)).Order(StringComparer.Ordinal))
            problems.Add(ErrorCatalog.UnknownTensor.At(source, $"{name} is not in this model{(NearestKey.Find(name, expected) is { } nearest ? $"; the nearest is {nearest}" : "")}"));
        foreach (var (name, parameter) in model.named_parameters().Where(entry => !StaysAsMade(shapes, entry.name)))
        {
            if (!shapes.TryGetValue(NameIn(model, shapes, name), out var shape))
                problems.Add(ErrorCatalog.MissingTensor.At(source, $"{name} {Describe(parameter.shape)} is missing"));
            else if (!shape.SequenceEqual(parameter.shape))
                problems.Add(ErrorCatalog.WrongTensorShape.At(source, $"{name} is {Describe(shape)}, but the model's config makes it {Describe(parameter.shape)}"));
        }
        return problems;
    }

    // Adapters begin with a checkpoint that has none.
    static bool StaysAsMade(IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, string parameter) =>
        LowRankAdapter.IsPartOf(parameter) && !shapes.Keys.Any(LowRankAdapter.IsPartOf);

    // A checkpoint that has only the second name of a tensor is whole all the same.
    static string NameIn(LlavaModel model, IReadOnlyDictionary<string, IReadOnlyList<long>> shapes, string parameter) => shapes.ContainsKey(parameter)
        ? parameter
        : model.SecondNames().Where(second => second.Parameter == parameter && shapes.ContainsKey(second.Name)).Select(second => second.Name).FirstOrDefault(parameter);

    static string WithoutPrefix(string name) => name.StartsWith("model.", StringComparison.Ordinal) ? name["model.".Length..] : name;

    static string Describe(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
