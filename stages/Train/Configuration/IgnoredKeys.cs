using Llava.Contracts.Configuration;

namespace Llava.Train.Configuration;

/// <summary>
/// The keys of a ModelZoo training yaml that no record knows, and that are accepted all the same without effect, with the reason. The README's
/// table has them with those of the newer layout (<see cref="TrainerKeys"/>) and with the properties that are marked so. Every other key is honoured or refused.
/// </summary>
static class IgnoredKeys
{
    const string Cluster = "addresses the Cerebras cluster";
    const string Compiler = "steers the Cerebras compiler";
    const string Distributed = "one process trains; nothing is distributed";
    const string FiniteRange = "float32 and bfloat16 need no loss scaling";
    const string Verb = "given on the command line";
    const string Diagnosis = "a diagnosis of the Cerebras runtime";

    /// <summary>By their names in the classic layout.</summary>
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
