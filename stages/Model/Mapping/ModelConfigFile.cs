using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Model.Configuration;

namespace Llava.Model.Mapping;

/// <summary>Finds the model in a yaml: a <c>model</c> section alone, a training yaml, or one with <c>trainer.init.model</c>.</summary>
public static class ModelConfigFile
{
    /// <summary>The name under which a converted checkpoint carries its configuration.</summary>
    public const string FileName = "config.yaml";

    /// <exception cref="DiagnosticException">With every problem of the section.</exception>
    public static LlavaModelConfig Load(string path) => Read(ConfigDocument.Load(path));

    public static LlavaModelConfig Read(ConfigDocument document) => ConfigReader.Read<LlavaModelConfig>(document with { Root = SectionOf(document) });

    /// <summary>The settings of the model alone.</summary>
    /// <exception cref="DiagnosticException">There is no such section.</exception>
    public static ConfigMap SectionOf(ConfigDocument document)
    {
        var section = Find(document.Root, "model") ?? Find(Find(Find(document.Root, "trainer"), "init"), "model");
        return section is null ? throw ErrorCatalog.MissingKey.Fails(document.Path, "model is required") : WithoutName(section);
    }

    static ConfigMap? Find(ConfigMap? parent, string key) => parent?.Entries.GetValueOrDefault(key) as ConfigMap;

    // trainer.init.model carries the model's registered name beside its settings.
    static ConfigMap WithoutName(ConfigMap section) =>
        section with { Entries = section.Entries.Where(entry => entry.Key != "name").ToDictionary() };
}
