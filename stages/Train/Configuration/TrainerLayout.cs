using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Configuration;

/// <summary>
/// Brings ModelZoo's newer layout (everything under <c>trainer:</c>) into the classic one (<c>train_input</c>, <c>eval_input</c>,
/// <c>model</c>, <c>optimizer</c>, <c>runconfig</c>). Values keep the place they were written at. What has no classic counterpart
/// stays, so that the strict reader names it.
/// </summary>
sealed class TrainerLayout
{
    static readonly (string From, string To)[] Moves =
    [
        ("init.model_dir", "runconfig.model_dir"),
        ("init.seed", "runconfig.seed"),
        ("init.device", "runconfig.target_device"),
        ("init.backend.backend_type", "runconfig.target_device"),
        ("init.model", "model"),
        ("init.precision.enabled", "model.mixed_precision"),
        ("init.precision.fp16_type", "model.fp16_type"),
        ("init.precision.precision_opt_level", "runconfig.precision_opt_level"),
        ("init.precision.loss_scaling_factor", "optimizer.loss_scaling_factor"),
        ("init.precision.initial_loss_scale", "optimizer.initial_loss_scale"),
        ("init.precision.steps_per_increase", "optimizer.steps_per_increase"),
        ("init.precision.min_loss_scale", "optimizer.min_loss_scale"),
        ("init.precision.max_loss_scale", "optimizer.max_loss_scale"),
        ("init.precision.log_loss_scale", "optimizer.log_summaries"),
        ("init.precision.max_gradient_norm", "optimizer.max_gradient_norm"),
        ("init.precision.max_gradient_value", "optimizer.max_gradient_value"),
        ("init.loop.grad_accum_steps", "optimizer.grad_accum_steps"),
        ("init.loop", "runconfig"),
        ("init.checkpoint.steps", "runconfig.checkpoint_steps"),
        ("init.checkpoint.checkpoint_name", "runconfig.checkpoint_name"),
        ("init.checkpoint", "runconfig"),
        ("init.logging.log_level", "runconfig.logging"),
        ("init.logging", "runconfig"),
        ("init.backend.cluster_config", ""),
        ("init.loggers", ""),
        ("fit.train_dataloader", "train_input"),
        ("fit.val_dataloader", "eval_input"),
        ("fit.ckpt_path", "runconfig.checkpoint_path"),
        ("validate.val_dataloader", "eval_input"),
        ("validate", ""),
        ("validate_all", ""),
    ];

    static readonly IReadOnlyDictionary<string, (string Argument, string To)> Callbacks = new Dictionary<string, (string, string)>
    {
        ["ScopedTrainFlags"] = ("csx.performance.micro_batch_size", "train_input.micro_batch_size"),
        ["ScopedValidateFlags"] = ("csx.performance.micro_batch_size", "eval_input.micro_batch_size"),
        ["KeepNCheckpoints"] = ("n", "runconfig.max_checkpoints"),
        ["LoadCheckpointStates"] = ("load_checkpoint_states", "runconfig.load_checkpoint_states"),
        ["CheckLoss"] = ("", ""),
        ["ComputeNorm"] = ("", ""),
        ["GlobalFlags"] = ("", ""),
        ["LogInputSummaries"] = ("", ""),
        ["DebugArgsPath"] = ("", ""),
    };

    readonly List<Diagnostic> _problems = [];
    ConfigMap _classic;

    TrainerLayout(ConfigMap empty) => _classic = empty;

    public static bool IsUsedBy(ConfigDocument document) => document.Root.Entries.ContainsKey("trainer");

    /// <exception cref="DiagnosticException">Several trainers, an unknown callback, or a section of the wrong shape.</exception>
    public static ConfigDocument ToClassic(ConfigDocument document)
    {
        if (document.Root.Entries["trainer"] is not ConfigMap trainer)
            throw ErrorCatalog.UnsupportedSetting.Fails(document.Root.Entries["trainer"].Location, "trainer must be one mapping: run a list of trainers one by one");
        var layout = new TrainerLayout(new ConfigMap("", document.Root.Location, new Dictionary<string, ConfigNode>()));
        layout.Convert(trainer);
        DiagnosticException.ThrowIfAny(layout._problems);
        return document with { Root = layout._classic };
    }

    void Convert(ConfigMap trainer)
    {
        foreach (var (from, to) in Moves)
        {
            if (Take(ref trainer, from.Split('.')) is { } node && to.Length > 0)
                Put(to, node);
        }
        if (Take(ref trainer, ["init", "optimizer"]) is ConfigMap { Entries.Count: 1 } optimizer)
            PutOptimizer(optimizer.Entries.First());
        if (Take(ref trainer, ["init", "schedulers"]) is { } schedulers)
            Put("optimizer.learning_rate", FlattenSchedules(schedulers));
        if (Take(ref trainer, ["init", "callbacks"]) is ConfigList callbacks)
            PutCallbacks(callbacks);
        foreach (var left in Leaves(trainer))
            _problems.Add(ErrorCatalog.UnknownKey.At(left.Location, $"unknown key {left.KeyPath}"));
    }

    void PutOptimizer(KeyValuePair<string, ConfigNode> optimizer)
    {
        Put("optimizer", optimizer.Value);
        Put("optimizer.optimizer_type", new ConfigScalar($"{optimizer.Value.KeyPath}", optimizer.Value.Location, optimizer.Key, IsQuoted: true));
    }

    void PutCallbacks(ConfigList callbacks)
    {
        foreach (var callback in callbacks.Items.OfType<ConfigMap>().SelectMany(item => item.Entries))
        {
            if (!Callbacks.TryGetValue(callback.Key, out var rule))
                _problems.Add(ErrorCatalog.UnsupportedSetting.At(callback.Value.Location, $"callback {callback.Key} is not supported"));
            else if (callback.Value is ConfigMap arguments && arguments.Entries.GetValueOrDefault(rule.Argument) is { } value)
                Put(rule.To, value);
        }
    }

    // A schedule here is {Kind: {keys}}, a sequence {SequentialLR: {schedulers: [...]}}.
    static ConfigNode FlattenSchedules(ConfigNode node) => node switch
    {
        ConfigList { Items: [var single] } => FlattenSchedules(single),
        ConfigMap { Entries.Count: 1 } map when map.Entries.First() is { Key: "SequentialLR", Value: ConfigMap sequence } && sequence.Entries.GetValueOrDefault("schedulers") is ConfigList parts =>
            parts with { Items = [.. parts.Items.Select(FlattenSchedules)] },
        ConfigMap { Entries.Count: 1 } map when map.Entries.First() is { Value: ConfigMap keys } schedule =>
            keys with { Entries = new Dictionary<string, ConfigNode>(keys.Entries) { ["scheduler"] = new ConfigScalar(keys.KeyPath, keys.Location, schedule.Key, IsQuoted: true) } },
        _ => node,
    };

    static ConfigNode? Take(ref ConfigMap map, ReadOnlySpan<string> path)
    {
        if (!map.Entries.TryGetValue(path[0], out var child))
            return null;
        var entries = new Dictionary<string, ConfigNode>(map.Entries);
        ConfigNode? taken = child;
        if (path.Length == 1)
        {
            entries.Remove(path[0]);
        }
        else if (child is ConfigMap section)
        {
            taken = Take(ref section, path[1..]);
            entries[path[0]] = section;
        }
        else
        {
            return null;
        }
        map = map with { Entries = entries };
        return taken;
    }

    // A section moved onto one that is there already adds its keys to it.
    void Put(string path, ConfigNode value) => _classic = (ConfigMap)Put(_classic, path.Split('.'), value);

    static ConfigNode Put(ConfigNode? parent, ReadOnlySpan<string> path, ConfigNode value)
    {
        if (path.Length == 0)
            return parent is ConfigMap there && value is ConfigMap added ? there with { Entries = Merge(there, added) } : parent is null || value is not ConfigMap ? value : parent;
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

    static IEnumerable<ConfigNode> Leaves(ConfigMap map) =>
        map.Entries.Values.SelectMany(node => node is ConfigMap section ? Leaves(section) : [node]);
}
