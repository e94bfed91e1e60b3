using Llava.Contracts.Diagnostics;
using Llava.Conversion.Formats;
using Llava.Model.Mapping;

namespace Llava.Conversion;

/// <summary>Opens a conversion's source as the format that it is said to be, and as no other.</summary>
static class SourceModel
{
    /// <exception cref="DiagnosticException">Nothing is there, it is of another format, or it has problems of its own.</exception>
    public static LlavaCheckpoint Open(ConvertOptions options)
    {
        if (!Path.Exists(options.Source))
            throw ErrorCatalog.FileNotFound.Fails(options.Source, "there is no such model: no file or folder of this name");
        return options.SourceFormat switch
        {
            ModelFormat.ModelZoo => LlavaCheckpoint.OpenModelZoo(options.Source, options.ConfigPath),
            ModelFormat.LlavaHf => OpenLlavaHf(options.Source),
            _ => OpenPair(options.Source),
        };
    }

    static LlavaCheckpoint OpenLlavaHf(string source)
    {
        if (!LlavaHfConfig.IsIn(source))
            throw ErrorCatalog.BadModelConfig.Fails(
                Path.Combine(source, HuggingFaceConfigFile.FileName),
                "this is no folder of LlavaForConditionalGeneration: model_type llava with a text_config and a vision_config");
        var model = LlavaCheckpoint.OpenLlavaHf(source);
        var vocabulary = model.Config.TextModel.VocabSize;
        foreach (var stored in model.Tensors.Tensors.Select(model.Tensors.StoredAs).Where(tensor => LlavaHfNames.HasRowPerToken(LlavaHfNames.ToPair(tensor.Name))))
            LlavaHfConfig.CheckRows(vocabulary, stored.Rows, $"the rows of {stored.Name} are", stored.File);
        return model;
    }

    static LlavaCheckpoint OpenPair(string source)
    {
        if (LlavaCheckpoint.FindTextFolder(source) is not null)
            return LlavaCheckpoint.Open(source);
        if (LlavaHfConfig.IsIn(source))
            throw ErrorCatalog.BadArguments.Fails(source, "this is a llava-hf folder; give --src-fmt llava-hf");
        if (Directory.Exists(Path.Combine(source, "image_model")))
            throw ErrorCatalog.FileNotFound.Fails(source, "beside image_model/ the language model's folder is missing: text_model/ or text_model_llava/");
        if (!File.Exists(Path.Combine(source, HuggingFaceConfigFile.FileName)))
            throw ErrorCatalog.BadArguments.Fails(source, "an hf source is a folder with image_model/ and text_model/; if this is a checkpoint of ModelZoo's, give --src-fmt cs-2.3");
        return LlavaCheckpoint.Open(source);
    }
}
