using Llava.Contracts.Configuration;

namespace Llava.Tasks.Steps;

/// <summary>What the graph has to know of a training yaml before it is run: which data it names, in either of ModelZoo's layouts.</summary>
sealed class TrainingYaml
{
    static readonly string[] TrainInput = ["train_input", "trainer.fit.train_dataloader"];
    static readonly string[] EvalInput = ["eval_input", "trainer.fit.val_dataloader", "trainer.validate.val_dataloader", "trainer.validate_all.val_dataloaders"];
    static readonly string[] EvalFrequency = ["runconfig.eval_frequency", "trainer.init.loop.eval_frequency"];

    readonly ConfigMap _root;

    TrainingYaml(ConfigMap root) => _root = root;

    /// <exception cref="Contracts.Diagnostics.DiagnosticException">It is not there, or no yaml.</exception>
    public static TrainingYaml Load(string path, string[] set) => new(ConfigDocument.Load(path, [.. Overrides.Of(set)]).Root);

    public bool HasTrainInput => Sections(TrainInput).Any();

    public bool HasEvalInput => Sections(EvalInput).Any();

    /// <summary>A mixture names folders of its own; the section is used as it is written.</summary>
    public bool TrainsOnMixture => Mixture(TrainInput) is not null;

    public bool EvaluatesOnMixture => Mixture(EvalInput) is not null;

    public bool EvaluatesWhileTraining => HasEvalInput && EvalFrequency.Any(key => Find(key) is not null and not ConfigScalar { Text: "0" });

    /// <summary>The folders of the training mixture, as written.</summary>
    public IEnumerable<string> MixtureFolders => (Mixture(TrainInput) as ConfigList)?.Items.OfType<ConfigMap>().SelectMany(part => Texts(part.Entries.GetValueOrDefault("data_dir"))) ?? [];

    // An override may name the same section in the classic layout, and then goes before the newer one's key by key.
    ConfigNode? Mixture(string[] keys) =>
        Sections(keys).Select(section => section.Entries.GetValueOrDefault("mixture")).FirstOrDefault(node => node is not null) is { } node and not ConfigScalar { IsNull: true } ? node : null;

    IEnumerable<ConfigMap> Sections(string[] keys) => keys.Select(Find).Select(node => node is ConfigList { Items: [var single] } ? single : node).OfType<ConfigMap>();

    ConfigNode? Find(string key) =>
        key.Split('.').Aggregate((ConfigNode?)_root, (node, name) => (node as ConfigMap)?.Entries.GetValueOrDefault(name)) is { } found and not ConfigScalar { IsNull: true } ? found : null;

    static IEnumerable<string> Texts(ConfigNode? node) => node switch
    {
        ConfigScalar scalar => [scalar.Text],
        ConfigList list => list.Items.OfType<ConfigScalar>().Select(item => item.Text),
        _ => [],
    };
}
