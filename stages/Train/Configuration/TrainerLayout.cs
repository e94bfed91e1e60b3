using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Configuration;

/// <summary>
/// Brings ModelZoo's newer layout (everything under <c>trainer:</c>) into the classic one (<c>train_input</c>, <c>eval_input</c>,
/// <c>model</c>, <c>optimizer</c>, <c>runconfig</c>). Values keep the place they were written at. A key that means nothing in either is named.
/// </summary>
sealed class TrainerLayout
{
    const string Root = "trainer";

    readonly List<Diagnostic> _problems = [];
    readonly ClassicSections _classic;
    ConfigNode? _evaluationInput;

    TrainerLayout(SourceLocation location) => _classic = new ClassicSections(location);

    public static bool IsUsedBy(ConfigDocument document) => document.Root.Entries.ContainsKey(Root);

    /// <exception cref="DiagnosticException">With every key and value that has no place in the classic layout.</exception>
    public static ConfigDocument ToClassic(ConfigDocument document)
    {
        if (document.Root.Entries[Root] is not ConfigMap trainer)
            throw ErrorCatalog.UnsupportedSetting.Fails(document.Root.Entries[Root].Location, "trainer must be one mapping: run a list of trainers one by one");
        var layout = new TrainerLayout(document.Root.Location);
        foreach (var (key, node) in document.Root.Entries.Where(entry => entry.Key != Root))
            layout.Report(ErrorCatalog.UnknownKey, node, $"unknown key {key}: beside {Root} nothing is read");
        layout.ConvertSection(trainer, "");
        layout._classic.SpreadMicroBatch();
        DiagnosticException.ThrowIfAny(layout._problems);
        return document with { Root = layout._classic.Root };
    }

    void ConvertSection(ConfigMap section, string path)
    {
        foreach (var (name, node) in section.Entries)
        {
            var key = path.Length == 0 ? name : $"{path}.{name}";
            if (TrainerKeys.Classic.TryGetValue(key, out var classic))
                _classic.Put(classic, node);
            else if (node is ConfigScalar { IsNull: true } && TrainerKeys.In(path).Contains(name))
                continue;
            else if (TrainerKeys.Others.Contains(key))
                ConvertOther(key, node);
            else if (TrainerKeys.In(key).Count == 0)
                Report(ErrorCatalog.UnknownKey, node, $"unknown key {node.KeyPath}{DidYouMean(name, TrainerKeys.In(path))}");
            else if (node is ConfigMap inner)
                ConvertSection(inner, key);
            else
                Report(ErrorCatalog.WrongType, node, $"{node.KeyPath} must be a mapping");
        }
    }

    void ConvertOther(string key, ConfigNode node)
    {
        switch (key)
        {
            case "init.optimizer":
                PutOptimizer(node);
                break;
            case "init.schedulers":
                PutSchedules(node);
                break;
            case "init.callbacks":
                PutEach(node, "callback", TrainerKeys.Callbacks);
                break;
            case "init.loggers":
                PutEach(node, "logger", TrainerKeys.Loggers);
                break;
            case "fit.ckpt_path" or "validate.ckpt_path" or "validate_all.ckpt_paths":
                PutOnce("runconfig.checkpoint_path", node is ConfigList { Items: [var single] } ? single : node);
                break;
            default:
                PutEvaluationInput(node);
                break;
        }
    }

    void PutOptimizer(ConfigNode node)
    {
        if (node is not ConfigMap { Entries.Count: 1 } map || map.Entries.First() is not { Value: ConfigMap keys } optimizer)
        {
            Report(ErrorCatalog.WrongType, node, $"{node.KeyPath} must be one optimizer, {{Name: {{keys}}}}");
            return;
        }
        if (keys.Entries.ContainsKey("learning_rate") && _classic.Find("optimizer.learning_rate") is not null)
            ReportTwoRates(keys);
        _classic.Put("optimizer", keys);
        _classic.Put("optimizer.optimizer_type", new ConfigScalar(keys.KeyPath, keys.Location, optimizer.Key, IsQuoted: true));
    }

    void PutSchedules(ConfigNode node)
    {
        if (_classic.Find("optimizer.learning_rate") is not null)
            ReportTwoRates(node);
        _classic.Put("optimizer.learning_rate", new TrainerSchedules(_problems).Flatten(node));
    }

    void ReportTwoRates(ConfigNode node) =>
        Report(ErrorCatalog.UnsupportedSetting, node, "trainer.init.optimizer has a learning_rate, and there are trainer.init.schedulers too: only one of them can be meant");

    // Callbacks and loggers: a list of {Name: {arguments}}. ModelZoo leaves one out whose arguments are null.
    void PutEach(ConfigNode node, string kind, IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> known)
    {
        if (node is not ConfigList list)
        {
            Report(ErrorCatalog.WrongType, node, $"{node.KeyPath} must be a list of {kind}s, each {{Name: {{arguments}}}}");
            return;
        }
        foreach (var item in list.Items)
        {
            if (item is not ConfigMap { Entries.Count: 1 } map)
                Report(ErrorCatalog.WrongType, item, $"{item.KeyPath} must be one {kind}, {{Name: {{arguments}}}}");
            else if (!known.TryGetValue(map.Entries.First().Key, out var arguments))
                Report(ErrorCatalog.UnsupportedSetting, map.Entries.First().Value, $"{kind} {map.Entries.First().Key} is not supported{DidYouMean(map.Entries.First().Key, known.Keys)}");
            else
                PutArguments(map.Entries.First().Key, map.Entries.First().Value, arguments);
        }
    }

    void PutArguments(string name, ConfigNode node, IReadOnlyDictionary<string, string> known)
    {
        var isOff = node is ConfigScalar { IsNull: true } or ConfigScalar { Text: "false" or "False" };
        if (name.Equals("CheckLoss", StringComparison.OrdinalIgnoreCase))
            _classic.Put("runconfig.check_loss_values", new ConfigScalar(node.KeyPath, node.Location, isOff ? "false" : "true", IsQuoted: false));
        if (isOff || node is ConfigScalar { Text: "true" or "True" })
            return;
        if (node is not ConfigMap arguments)
        {
            Report(ErrorCatalog.WrongType, node, $"{node.KeyPath} must be a mapping of arguments");
            return;
        }
        foreach (var (argument, value) in arguments.Entries)
        {
            if (known.TryGetValue(argument, out var classic) || known.TryGetValue(TrainerKeys.Any, out classic))
                _classic.Put(classic, value);
            else
                Report(ErrorCatalog.UnknownKey, value, $"unknown key {value.KeyPath}{DidYouMean(argument, known.Keys)}");
        }
    }

    // fit, validate and validate_all may each name the evaluation data, as a mapping or a list of one: it has to be the same.
    void PutEvaluationInput(ConfigNode node)
    {
        if (node is ConfigList { Items.Count: not 1 } several)
        {
            Report(ErrorCatalog.UnsupportedSetting, node, $"{node.KeyPath} has {several.Items.Count} loaders: there is one eval_input");
            return;
        }
        var input = node is ConfigList single ? single.Items[0] : node;
        if (_evaluationInput is null)
            _classic.Put("eval_input", input);
        else if (!SameValue(_evaluationInput, input))
            Report(ErrorCatalog.UnsupportedSetting, node, $"{node.KeyPath} differs from {_evaluationInput.KeyPath}: there is one eval_input");
        _evaluationInput ??= input;
    }

    void PutOnce(string key, ConfigNode node)
    {
        if (_classic.Find(key) is not { } there)
            _classic.Put(key, node);
        else if (!SameValue(there, node))
            Report(ErrorCatalog.UnsupportedSetting, node, $"{node.KeyPath} differs from {there.KeyPath}: there is one {key}");
    }

    static bool SameValue(ConfigNode first, ConfigNode second) => (first, second) switch
    {
        (ConfigScalar one, ConfigScalar other) => (one.Text, one.IsQuoted) == (other.Text, other.IsQuoted),
        (ConfigList one, ConfigList other) => one.Items.Count == other.Items.Count && one.Items.Zip(other.Items).All(pair => SameValue(pair.First, pair.Second)),
        (ConfigMap one, ConfigMap other) => one.Entries.Count == other.Entries.Count && one.Entries.All(entry => other.Entries.TryGetValue(entry.Key, out var value) && SameValue(entry.Value, value)),
        _ => false,
    };

    void Report(ErrorCode code, ConfigNode node, string message) => _problems.Add(code.At(node.Location, message));

    static string DidYouMean(string name, IEnumerable<string> known) => NearestKey.Find(name, known) is { } nearest ? $"; did you mean {nearest}?" : "";
}
