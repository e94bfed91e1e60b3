using Llava.Contracts.Diagnostics;
using Llava.Model.Checkpoints;
using Llava.Model.Configuration;

namespace Llava.Model.Mapping;

/// <summary>
/// A LLaVA model on disk in either format, seen as ModelZoo's: its configuration and its tensors under ModelZoo's names.
/// Opening reads no weights.
/// </summary>
/// <param name="ConfigPath">Where the configuration was read.</param>
/// <param name="TokenizerFolder">The folder with the tokenizer; null where there is none beside the checkpoint.</param>
public sealed record LlavaCheckpoint(LlavaModelConfig Config, string ConfigPath, ICheckpointReader Tensors, string? TokenizerFolder) : IDisposable
{
    static readonly string[] ConfigNames = [ModelConfigFile.FileName, "params.yaml", "params_train.yaml"];
    static readonly string[] TokenizerNames = ["tokenizer.model", "tokenizer.json"];

    /// <summary>The names that the language model's folder of a Hugging Face pair goes by.</summary>
    public static IReadOnlyList<string> TextFolders { get; } = ["text_model", "text_model_llava"];

    /// <summary>The vision tower's <c>preprocessor_config.json</c>; null where there is none.</summary>
    public string? PreprocessorPath { get; init; }

    /// <summary>The two folders of a Hugging Face pair; null for ModelZoo's.</summary>
    public (string Image, string Text)? PairFolders { get; init; }

    /// <summary>
    /// Opens a folder with <c>image_model/</c> and <c>text_model/</c> (or <c>text_model_llava/</c>), the text folder of an
    /// exported pair (its <c>mm_vision_tower</c> is looked for beside it), a folder of transformers' <c>LlavaForConditionalGeneration</c>, or a ModelZoo checkpoint, with its yaml in the folder or above.
    /// </summary>
    /// <exception cref="DiagnosticException">Nothing usable is there; with every problem of the configuration and the keys.</exception>
    public static LlavaCheckpoint Open(string path)
    {
        if (!Path.Exists(path))
            throw ErrorCatalog.FileNotFound.Fails(path, "there is no such model: no file or folder of this name");
        if (FindTextFolder(path) is { } text)
            return OpenHuggingFace(Path.Combine(path, "image_model"), text);
        if (LlavaHfConfig.IsIn(path))
            return OpenLlavaHf(path);
        if (File.Exists(Path.Combine(path, HuggingFaceConfigFile.FileName)))
            return OpenHuggingFace(VisionTowerOf(path), path);
        return OpenModelZoo(path, null);
    }

    /// <summary>The language model's folder of a Hugging Face pair; null where <paramref name="path"/> holds none.</summary>
    /// <exception cref="DiagnosticException">There are two.</exception>
    public static string? FindTextFolder(string path) => TextFolders.Select(name => Path.Combine(path, name)).Where(Directory.Exists).ToArray() switch
    {
        [] => null,
        [var only] => only,
        _ => throw ErrorCatalog.BadCheckpointIndex.Fails(path, $"two language models, {string.Join(" and ", TextFolders.Select(name => name + "/"))}: name the folder of the one that is meant"),
    };

    public static LlavaCheckpoint OpenHuggingFace(string imageFolder, string textFolder)
    {
        var visionPath = Path.Combine(imageFolder, HuggingFaceConfigFile.FileName);
        var textPath = Path.Combine(textFolder, HuggingFaceConfigFile.FileName);
        var config = ConfigMapping.ToModelZoo(HuggingFaceConfigFile.ReadVision(visionPath), visionPath, HuggingFaceConfigFile.ReadText(textPath), textPath);
        var image = CheckpointFolder.Open(imageFolder);
        var text = TextModelWeights.Open(textFolder);
        return new LlavaCheckpoint(config, textPath, CheckpointMapping.ToModelZoo(image, text, ModelDimensions.Of(config)), FindTokenizer(textFolder))
        {
            PreprocessorPath = Around(imageFolder, [PreprocessorFile.Name]),
            PairFolders = (imageFolder, textFolder),
        };
    }

    /// <summary>A folder of transformers' <c>LlavaForConditionalGeneration</c>. Its added tokens are left out.</summary>
    public static LlavaCheckpoint OpenLlavaHf(string folder)
    {
        var path = Path.Combine(folder, HuggingFaceConfigFile.FileName);
        var (vision, text) = LlavaHfConfig.Read(path);
        var config = ConfigMapping.ToModelZoo(vision, path, text, path);
        var stored = CheckpointFolder.Open(folder);
        var image = new RenamedCheckpoint(stored, tensor => IsVision(tensor) ? tensor with { Name = LlavaHfNames.ToPair(tensor.Name) } : null);
        var language = new RenamedCheckpoint(stored, tensor => IsVision(tensor) ? null : WithoutAddedTokens(tensor with { Name = LlavaHfNames.ToPair(tensor.Name) }, text.VocabSize));
        return new LlavaCheckpoint(config, path, CheckpointMapping.ToModelZoo(image, language, ModelDimensions.Of(config)), FindTokenizer(folder))
        {
            PreprocessorPath = Around(folder, [PreprocessorFile.Name]),
        };
    }

    /// <summary>Low-rank adapters come merged into the weights that they correct.</summary>
    /// <param name="configPath">The yaml; looked for in the folder and the one above when null.</param>
    public static LlavaCheckpoint OpenModelZoo(string path, string? configPath)
    {
        var folder = Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!;
        configPath ??= Around(folder, ConfigNames)
            ?? throw ErrorCatalog.FileNotFound.Fails(path, $"no configuration with the checkpoint ({ModelConfigFile.FileName} in it or in the folder above); give one with --config");
        return new LlavaCheckpoint(ModelConfigFile.Load(configPath) with { Peft = null }, configPath, MergedAdapters.Over(CheckpointFolder.Open(path)), FindTokenizer(folder))
        {
            PreprocessorPath = Around(folder, [PreprocessorFile.Name]),
        };
    }

    /// <summary>The low-rank adapter that is merged into a tensor, under its stored names; empty for most.</summary>
    public IReadOnlyList<TensorInfo> AdapterOf(TensorInfo tensor) => (Tensors as MergedAdapters)?.AdapterOf(tensor.Name) ?? [];

    /// <summary>The vision tower's <c>preprocessor_config.json</c> that belongs to a checkpoint, or to a training's folder.</summary>
    /// <param name="path">A folder, or a file of weights.</param>
    public static string? FindPreprocessor(string path) => Around(Directory.Exists(path) ? path : Path.GetDirectoryName(Path.GetFullPath(path))!, [PreprocessorFile.Name]);

    public static string? FindTokenizer(string folder) => Path.GetDirectoryName(Around(folder, TokenizerNames));

    public void Dispose() => Tensors.Dispose();

    static bool IsVision(TensorInfo tensor) => LlavaHfNames.ToPair(tensor.Name).StartsWith("vision_model.", StringComparison.Ordinal);

    static TensorInfo WithoutAddedTokens(TensorInfo tensor, int vocabulary) =>
        LlavaHfNames.HasRowPerToken(tensor.Name) && tensor.Rows > vocabulary ? tensor with { Shape = [vocabulary, .. tensor.Shape.Skip(1)] } : tensor;

    static string? Around(string folder, string[] names) =>
        new[] { folder, Path.Combine(folder, "tokenizer"), Path.GetDirectoryName(Path.GetFullPath(folder)) ?? folder }
            .SelectMany(place => names.Select(name => Path.Combine(place, name)))
            .FirstOrDefault(File.Exists);

    // The export says where its tower is relative to itself; the neighbour is also found where it names a hub or another machine.
    static string VisionTowerOf(string textFolder)
    {
        var configPath = Path.Combine(textFolder, HuggingFaceConfigFile.FileName);
        var named = HuggingFaceConfigFile.ReadText(configPath).MmVisionTower;
        string[] places = [Path.Combine(textFolder, named ?? "../image_model"), Path.Combine(textFolder, "../image_model")];
        return places.FirstOrDefault(Directory.Exists)
            ?? throw ErrorCatalog.FileNotFound.Fails(configPath, $"mm_vision_tower is {named ?? "not given"}, and no folder is there; it is taken relative to this file");
    }
}
