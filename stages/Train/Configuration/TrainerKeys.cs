namespace Llava.Train.Configuration;

/// <summary>
/// ModelZoo's newer layout key by key, without its leading <c>trainer.</c>: the classic key that each stands for (ModelZoo 2.3.1's
/// trainer/utils.py). Whatever is not here is unknown.
/// </summary>
static class TrainerKeys
{
    public const string Any = "*";

    const string MicroBatch = "csx.performance.micro_batch_size";

    /// <summary>A key, or a whole section that moves with all that it holds.</summary>
    public static readonly IReadOnlyDictionary<string, string> Classic = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["init.model_dir"] = "runconfig.model_dir",
        ["init.seed"] = "runconfig.seed",
        ["init.device"] = "runconfig.target_device",
        ["init.backend.backend_type"] = "runconfig.target_device",
        ["init.backend.compile_dir"] = "runconfig.compile_dir",
        ["init.backend.compile_only"] = "runconfig.compile_only",
        ["init.backend.validate_only"] = "runconfig.validate_only",
        ["init.backend.cluster_config.num_csx"] = "runconfig.num_csx",
        ["init.backend.cluster_config.max_wgt_servers"] = "runconfig.num_wgt_servers",
        ["init.backend.cluster_config.mgmt_address"] = "runconfig.mgmt_address",
        ["init.backend.cluster_config.mgmt_namespace"] = "runconfig.mgmt_namespace",
        ["init.backend.cluster_config.credentials_path"] = "runconfig.credentials_path",
        ["init.backend.cluster_config.mount_dirs"] = "runconfig.mount_dirs",
        ["init.backend.cluster_config.python_paths"] = "runconfig.python_paths",
        ["init.backend.cluster_config.num_workers_per_csx"] = "runconfig.num_workers_per_csx",
        ["init.backend.cluster_config.max_act_per_csx"] = "runconfig.num_act_servers",
        ["init.backend.cluster_config.job_labels"] = "runconfig.job_labels",
        ["init.backend.cluster_config.job_priority"] = "runconfig.job_priority",
        ["init.backend.cluster_config.job_time_sec"] = "runconfig.job_time_sec",
        ["init.backend.cluster_config.disable_version_check"] = "runconfig.disable_version_check",
        ["init.backend.enable_distributed"] = "runconfig.enable_distributed",
        ["init.backend.main_process_id"] = "runconfig.main_process_id",
        ["init.backend.dist_backend"] = "runconfig.dist_backend",
        ["init.backend.init_method"] = "runconfig.init_method",
        ["init.backend.sync_batchnorm"] = "runconfig.sync_batchnorm",
        ["init.model"] = "model",
        ["init.precision.enabled"] = "model.mixed_precision",
        ["init.precision.fp16_type"] = "model.fp16_type",
        ["init.precision.precision_opt_level"] = "runconfig.precision_opt_level",
        ["init.precision.loss_scaling_factor"] = "optimizer.loss_scaling_factor",
        ["init.precision.initial_loss_scale"] = "optimizer.initial_loss_scale",
        ["init.precision.steps_per_increase"] = "optimizer.steps_per_increase",
        ["init.precision.min_loss_scale"] = "optimizer.min_loss_scale",
        ["init.precision.max_loss_scale"] = "optimizer.max_loss_scale",
        ["init.precision.log_loss_scale"] = "optimizer.log_summaries",
        ["init.precision.max_gradient_norm"] = "optimizer.max_gradient_norm",
        ["init.loop.num_steps"] = "runconfig.num_steps",
        ["init.loop.max_steps"] = "runconfig.max_steps",
        ["init.loop.num_epochs"] = "runconfig.num_epochs",
        ["init.loop.steps_per_epoch"] = "runconfig.steps_per_epoch",
        ["init.loop.eval_frequency"] = "runconfig.eval_frequency",
        ["init.loop.eval_steps"] = "runconfig.eval_steps",
        ["init.loop.grad_accum_steps"] = "optimizer.grad_accum_steps",
        ["init.checkpoint.steps"] = "runconfig.checkpoint_steps",
        ["init.checkpoint.autoload_last_checkpoint"] = "runconfig.autoload_last_checkpoint",
        ["init.checkpoint.disable_strict_checkpoint_loading"] = "runconfig.disable_strict_checkpoint_loading",
        ["init.checkpoint.save_initial_checkpoint"] = "runconfig.save_initial_checkpoint",
        ["init.checkpoint.checkpoint_name"] = "runconfig.checkpoint_name",
        ["init.logging.log_steps"] = "runconfig.log_steps",
        ["init.logging.log_level"] = "runconfig.logging",
        ["init.logging.wsc_log_level"] = "runconfig.wsc_log_level",
        ["init.logging.enable_act_frequency"] = "runconfig.enable_act_frequency",
        ["fit.train_dataloader"] = "train_input",
    };

    /// <summary>Flags of the Cerebras runtime, which a callback sets.</summary>
    static readonly IReadOnlyDictionary<string, string> Flags = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["csx.performance.transfer_processes"] = "runconfig.transfer_processes",
        ["csx.debug.ini"] = "runconfig.ini",
        ["csx.debug.debug_args"] = "runconfig.debug_args",
        ["csx.debug.retrace_every_iteration"] = "runconfig.retrace_every_iteration",
        ["csx.debug.lazy_initialization"] = "runconfig.lazy_initialization",
        ["csx.debug.log_initialization"] = "runconfig.log_initialization",
        ["csx.debug.drop_data"] = "runconfig.drop_data",
        ["csx.debug.fabric_type_blacklist"] = "runconfig.fabric_type_blacklist",
        ["csx.debug.compile_crd_memory_gi"] = "runconfig.compile_crd_memory_gi",
        ["csx.debug.execute_crd_memory_gi"] = "runconfig.execute_crd_memory_gi",
        ["csx.debug.wrk_memory_gi"] = "runconfig.wrk_memory_gi",
        ["csx.debug.act_memory_gi"] = "runconfig.act_memory_gi",
        ["csx.debug.cmd_memory_gi"] = "runconfig.cmd_memory_gi",
        ["csx.debug.wgt_memory_gi"] = "runconfig.wgt_memory_gi",
        ["csx.debug.chf_memory_gi"] = "runconfig.chf_memory_gi",
    };

    /// <summary>Each callback's arguments (<see cref="Any"/>: whatever they are called), and the classic keys that they stand for; <c>init.callbacks</c>.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Callbacks = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase)
    {
        ["GlobalFlags"] = FlagsAnd("*.micro_batch_size"),
        ["ScopedTrainFlags"] = FlagsAnd("train_input.micro_batch_size"),
        ["ScopedValidateFlags"] = FlagsAnd("eval_input.micro_batch_size"),
        ["KeepNCheckpoints"] = Only("n", "runconfig.max_checkpoints"),
        ["LoadCheckpointStates"] = Only("load_checkpoint_states", "runconfig.load_checkpoint_states"),
        ["DebugArgsPath"] = Only("debug_args_path", "runconfig.debug_args_path"),
        ["HFCacheDir"] = Only("cache_dir", "runconfig.hf_cache_dir"),
        ["LogOptimizerParamGroup"] = Only("keys", "optimizer.log_summaries"),
        ["OpProfiler"] = Only(Any, "runconfig.op_profiler_config"),
        ["DumpActivations"] = Only(Any, "runconfig.dump_activations"),
        ["CheckLoss"] = Nothing,
        ["ComputeNorm"] = Nothing,
        ["LogInputSummaries"] = Nothing,
        ["ModelEvalMetrics"] = Nothing,
        ["RateProfiler"] = Nothing,
        ["DurationProfiler"] = Nothing,
        ["FlopUtilization"] = Nothing,
        ["SavePerformanceData"] = Nothing,
        ["DumpAvailableTensorNames"] = Nothing,
        ["ModelZooParamsMetadata"] = Nothing,
        ["SamplesStreamedInfo"] = Nothing,
    };

    /// <summary>The same of <c>init.loggers</c>.</summary>
    public static readonly IReadOnlyDictionary<string, IReadOnlyDictionary<string, string>> Loggers = new Dictionary<string, IReadOnlyDictionary<string, string>>(StringComparer.OrdinalIgnoreCase)
    {
        ["ProgressLogger"] = Nothing,
        ["TelemetryLogger"] = Nothing,
        ["TensorBoardLogger"] = new Dictionary<string, string> { ["summary_dir"] = "runconfig.summary_dir", ["legacy_event_dirs"] = "runconfig.legacy_event_dirs" },
        ["WandbLogger"] = new[] { "project", "group", "run_id", "run_name", "job_type", "tags", "resume", "entity" }.ToDictionary(name => name, name => $"wandb.{name}"),
    };

    /// <summary>Keys that no table row can stand for; <see cref="TrainerLayout"/> knows what they hold.</summary>
    public static readonly IReadOnlyList<string> Others =
        ["init.optimizer", "init.schedulers", "init.callbacks", "init.loggers", "fit.val_dataloader", "fit.ckpt_path", "validate.val_dataloader", "validate.ckpt_path", "validate_all.val_dataloaders", "validate_all.ckpt_paths"];

    /// <summary>The keys that may stand in a section; empty where it is none.</summary>
    public static IReadOnlyList<string> In(string section)
    {
        var prefix = section.Length == 0 ? "" : section + ".";
        return [.. Classic.Keys.Concat(Others).Where(key => key.StartsWith(prefix, StringComparison.Ordinal)).Select(key => key[prefix.Length..].Split('.')[0]).Distinct()];
    }

    static Dictionary<string, string> Nothing => [];

    static Dictionary<string, string> Only(string argument, string classic) => new() { [argument] = classic };

    static Dictionary<string, string> FlagsAnd(string microBatchKey) => new(Flags) { [MicroBatch] = microBatchKey };
}
