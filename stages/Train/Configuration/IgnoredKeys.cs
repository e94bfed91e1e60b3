using System.Reflection;
using Llava.Contracts.Configuration;

namespace Llava.Train.Configuration;

/// <summary>
/// The keys of a ModelZoo training yaml that are accepted and have no effect here, with the reason (the README's table is checked against
/// it). Every other key is honoured or refused.
/// </summary>
static class IgnoredKeys
{
    const string Cluster = "addresses the Cerebras cluster";
    const string Compiler = "steers the Cerebras compiler";
    const string Distributed = "one process trains; nothing is distributed";
    const string FiniteRange = "float32 and bfloat16 need no loss scaling";
    const string Verb = "given on the command line";
    const string Diagnosis = "a diagnosis of the Cerebras runtime";
    const string Shown = "what it would show is in metrics.jsonl, or is the Cerebras runtime's";
    const string CheckedLoss = "CheckLoss";

    /// <summary>Keys of the classic layout that no record knows.</summary>
    public static readonly IReadOnlyDictionary<string, string> Reasons = new SortedDictionary<string, string>(StringComparer.Ordinal)
    {
        ["runconfig.mode"] = Verb,
        ["runconfig.model_dir"] = Verb,
        ["runconfig.mgmt_address"] = Cluster,
        ["runconfig.mgmt_namespace"] = Cluster,
        ["runconfig.mount_dirs"] = Cluster,
        ["runconfig.python_paths"] = Cluster,
        ["runconfig.credentials_path"] = Cluster,
        ["runconfig.job_time_sec"] = Cluster,
        ["runconfig.job_labels"] = Cluster,
        ["runconfig.job_priority"] = Cluster,
        ["runconfig.num_csx"] = Cluster,
        ["runconfig.num_workers_per_csx"] = Cluster,
        ["runconfig.num_wgt_servers"] = Cluster,
        ["runconfig.num_act_servers"] = Cluster,
        ["runconfig.transfer_processes"] = Cluster,
        ["runconfig.execute_crd_memory_gi"] = Cluster,
        ["runconfig.compile_crd_memory_gi"] = Cluster,
        ["runconfig.wrk_memory_gi"] = Cluster,
        ["runconfig.act_memory_gi"] = Cluster,
        ["runconfig.cmd_memory_gi"] = Cluster,
        ["runconfig.wgt_memory_gi"] = Cluster,
        ["runconfig.chf_memory_gi"] = Cluster,
        ["runconfig.compile_dir"] = Compiler,
        ["runconfig.debug_args_path"] = Compiler,
        ["runconfig.debug_args"] = Compiler,
        ["runconfig.ini"] = Compiler,
        ["runconfig.fabric_type_blacklist"] = Compiler,
        ["runconfig.precision_opt_level"] = Compiler,
        ["runconfig.retrace_every_iteration"] = Compiler,
        ["runconfig.lazy_initialization"] = Compiler,
        ["runconfig.log_initialization"] = Compiler,
        ["runconfig.drop_data"] = Compiler,
        ["runconfig.disable_version_check"] = Compiler,
        ["runconfig.variant"] = Compiler,
        ["runconfig.experimental"] = Compiler,
        ["runconfig.dist_addr"] = Distributed,
        ["runconfig.dist_backend"] = Distributed,
        ["runconfig.init_method"] = Distributed,
        ["runconfig.enable_distributed"] = Distributed,
        ["runconfig.main_process_id"] = Distributed,
        ["runconfig.sync_batchnorm"] = Distributed,
        ["runconfig.logging"] = Diagnosis,
        ["runconfig.wsc_log_level"] = Diagnosis,
        ["runconfig.enable_act_frequency"] = Diagnosis,
        ["runconfig.op_profiler_config"] = Diagnosis,
        ["runconfig.dump_activations"] = Diagnosis,
        ["runconfig.log_input_summaries"] = Diagnosis,
        ["runconfig.summary_dir"] = Diagnosis,
        ["runconfig.legacy_event_dirs"] = Diagnosis,
        ["runconfig.hf_cache_dir"] = Diagnosis,
        ["runconfig.checkpoint_name"] = "a checkpoint is a folder checkpoint_<step>",
        ["optimizer.log_summaries"] = "gradient norm and learning rate are always written",
        ["optimizer.loss_scaling_factor"] = FiniteRange,
        ["optimizer.initial_loss_scale"] = FiniteRange,
        ["optimizer.steps_per_increase"] = FiniteRange,
        ["optimizer.min_loss_scale"] = FiniteRange,
        ["optimizer.max_loss_scale"] = FiniteRange,
        ["wandb"] = "metrics stay in the model folder",
    };

    /// <summary>Every key of either layout: those, what stands for them below <c>trainer</c>, and the properties of records that nothing asks for.</summary>
    public static IReadOnlyDictionary<string, string> All { get; } = Collect();

    static SortedDictionary<string, string> Collect()
    {
        var all = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, reason) in Reasons)
            all[key] = reason;
        foreach (var (key, classic) in TrainerKeys.Classic.Where(entry => Reasons.ContainsKey(entry.Value)))
            all[$"trainer.{key}"] = Reasons[classic];
        foreach (var (list, named) in new[] { ("callbacks", TrainerKeys.Callbacks), ("loggers", TrainerKeys.Loggers) })
        {
            foreach (var (name, arguments) in named.Where(entry => entry.Key != CheckedLoss && entry.Value.Values.All(IsIgnored)))
                all[$"trainer.init.{list}: {name}"] = arguments.Values.Select(ReasonOf).FirstOrDefault() ?? Shown;
        }
        foreach (var (flag, classic) in TrainerKeys.Callbacks["GlobalFlags"].Where(entry => IsIgnored(entry.Value)))
            all[flag] = Reasons[classic];
        Add(all, typeof(TrainSections), "");
        return all;
    }

    static void Add(SortedDictionary<string, string> all, Type record, string path)
    {
        foreach (var property in record.GetProperties().Where(property => property.CanWrite))
        {
            var key = $"{path}{ConfigReader.KeyOf(property)}";
            if (property.GetCustomAttribute<WithoutEffectAttribute>() is { } unasked)
                all[key] = unasked.Reason;
            var type = property.PropertyType.IsGenericType ? property.PropertyType.GetGenericArguments()[0] : property.PropertyType;
            if (type.IsClass && type.Namespace!.StartsWith(nameof(Llava), StringComparison.Ordinal) && type != typeof(ConfigNode))
                Add(all, type, $"{key}.");
        }
    }

    static bool IsIgnored(string classic) => ReasonOf(classic) is not null;

    // A section that is ignored takes its keys with it.
    static string? ReasonOf(string classic) => Reasons.GetValueOrDefault(classic) ?? Reasons.GetValueOrDefault(classic.Split('.')[0]);

    public static ConfigDocument RemoveFrom(ConfigDocument document) => document with { Root = RemoveFrom(document.Root, "") };

    static ConfigMap RemoveFrom(ConfigMap section, string path)
    {
        var kept = new Dictionary<string, ConfigNode>();
        foreach (var (key, node) in section.Entries)
        {
            var keyPath = path.Length == 0 ? key : $"{path}.{key}";
            if (!Reasons.ContainsKey(keyPath))
                kept[key] = node is ConfigMap map ? RemoveFrom(map, keyPath) : node;
        }
        return section with { Entries = kept };
    }
}
