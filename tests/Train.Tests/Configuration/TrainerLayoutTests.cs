using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;

namespace Llava.Train.Tests.Configuration;

/// <summary>ModelZoo's newer layout, everything under <c>trainer:</c>.</summary>
public sealed class TrainerLayoutTests
{
    static readonly string Yaml = Repository.PathOf("tests/Train.Tests/Configuration/trainer_layout.yaml");

    [Fact]
    public void It_means_the_same_as_the_classic_one()
    {
        var classic = TrainConfig.Load(Repository.PathOf("configs/7b/params_llava_v1p5_pretrain_7b_phase1_MSL2K.yaml"));
        var newer = TrainConfig.Load(Yaml, ["runconfig.max_steps=2180"]);

        Assert.Equal(classic.Model with { Freeze = [], ImageModel = null!, TextModel = null!, Projector = null }, newer.Model with { Freeze = [], ImageModel = null!, TextModel = null!, Projector = null });
        Assert.Equal(classic.Model.ImageModel.ToString(), newer.Model.ImageModel.ToString());
        Assert.Equal(classic.Model.TextModel.ToString(), newer.Model.TextModel.ToString());
        Assert.Equal(classic.Run, newer.Run);
        Assert.Equal(classic.Optimizer with { LearningRate = null!, Betas = [] }, newer.Optimizer with { LearningRate = null!, Betas = [] });
        Assert.Equal(Enumerable.Range(0, 2183).Select(step => classic.Schedule.At(step)), Enumerable.Range(0, 2183).Select(step => newer.Schedule.At(step)));
        Assert.Equal((220, 22), (newer.Sections.TrainInput!.BatchSize, newer.Sections.TrainInput.MicroBatchSequences));
        Assert.Equal((220, 22), (newer.Sections.EvalInput!.BatchSize, newer.Sections.EvalInput.MicroBatchSequences));
    }

    [Theory]
    // A callback that is not known, one whose name is nearly right, and an argument that is not one of its own.
    [InlineData("trainer.init.callbacks=[{WeightCompression: {}}]", "--set trainer.init.callbacks: error LLAVA5001: callback WeightCompression is not supported")]
    [InlineData("trainer.init.callbacks=[{KeepNCheckpoint: {n: 3}}]", "--set trainer.init.callbacks: error LLAVA5001: callback KeepNCheckpoint is not supported; did you mean KeepNCheckpoints?")]
    [InlineData("trainer.init.callbacks=[{KeepNCheckpoints: {bogus: 3}}]", "--set trainer.init.callbacks: error LLAVA1003: unknown key trainer.init.callbacks[0].KeepNCheckpoints.bogus")]
    [InlineData("trainer.init.callbacks=[{ComputeNorm: {per_layer: true}}]", "--set trainer.init.callbacks: error LLAVA1003: unknown key trainer.init.callbacks[0].ComputeNorm.per_layer")]
    [InlineData("trainer.init.callbacks=[{GlobalFlags: {csx.performance.micro_batch_sise: 4}}]", "--set trainer.init.callbacks: error LLAVA1003: unknown key trainer.init.callbacks[0].GlobalFlags.csx.performance.micro_batch_sise; did you mean csx.performance.micro_batch_size?")]
    [InlineData("trainer.init.callbacks={KeepNCheckpoints: {n: 3}}", "--set trainer.init.callbacks: error LLAVA1004: trainer.init.callbacks must be a list of callbacks, each {Name: {arguments}}")]
    [InlineData("trainer.init.callbacks=[{KeepNCheckpoints: 3}]", "--set trainer.init.callbacks: error LLAVA1004: trainer.init.callbacks[0].KeepNCheckpoints must be a mapping of arguments")]
    [InlineData("trainer.init.loggers=[{WandLogger: {}}]", "--set trainer.init.loggers: error LLAVA5001: logger WandLogger is not supported; did you mean WandbLogger?")]
    [InlineData("trainer.init.loggers=[{TensorBoardLogger: {folder: a}}]", "--set trainer.init.loggers: error LLAVA1003: unknown key trainer.init.loggers[0].TensorBoardLogger.folder")]
    [InlineData("trainer.init.backend={cluster_config: {num_csxs: 2}}", "--set trainer.init.backend: error LLAVA1003: unknown key trainer.init.backend.cluster_config.num_csxs; did you mean num_csx?")]
    [InlineData("trainer.init.backend={cluster_config: 2}", "--set trainer.init.backend: error LLAVA1004: trainer.init.backend.cluster_config must be a mapping")]
    [InlineData("trainer.init.loop.eval_frequncy=5", "--set trainer.init.loop.eval_frequncy: error LLAVA1003: unknown key trainer.init.loop.eval_frequncy; did you mean eval_frequency?")]
    [InlineData("trainer.init.empty={}", "--set trainer.init.empty: error LLAVA1003: unknown key trainer.init.empty")]
    [InlineData("trainer.fitt={}", "--set trainer.fitt: error LLAVA1003: unknown key trainer.fitt; did you mean fit?")]
    [InlineData("trainer.validate_all={val_dataloader: 1}", "--set trainer.validate_all: error LLAVA1003: unknown key trainer.validate_all.val_dataloader; did you mean val_dataloaders?")]
    [InlineData("trainer.validate_all.val_dataloaders.batch_size=1", "*trainer.validate_all.val_dataloaders differs from trainer.fit.val_dataloader: there is one eval_input")]
    [InlineData("trainer.validate.val_dataloader=[{}, {}]", "--set trainer.validate.val_dataloader: error LLAVA5001: trainer.validate.val_dataloader has 2 loaders: there is one eval_input")]
    [InlineData("trainer.init.optimizer={AdamW: {}, SGD: {}}", "--set trainer.init.optimizer: error LLAVA1004: trainer.init.optimizer must be one optimizer, {Name: {keys}}")]
    [InlineData("trainer.init.optimizer.AdamW.learning_rate=0.1", "*trainer.init.optimizer has a learning_rate, and there are trainer.init.schedulers too: only one of them can be meant")]
    [InlineData("trainer.init.schedulers=[{SequentialLR: {schedulers: [{LinearLR: {initial_learning_rate: 0, end_learning_rate: 1, total_iters: 5}}, {ConstantLR: {learning_rate: 1}}], milestones: [4]}}]", "--set trainer.init.schedulers: error LLAVA1006: trainer.init.schedulers[0].SequentialLR.milestones must be [5]: where each schedule's total_iters end")]
    [InlineData("trainer.init.schedulers=[{SequentialLR: {schedulers: [], last_epoch: 4}}]", "--set trainer.init.schedulers: error LLAVA1003: unknown key trainer.init.schedulers[0].SequentialLR.last_epoch")]
    public void What_it_does_not_know_is_refused(string assignment, string complaint)
    {
        var error = Assert.Throws<DiagnosticException>(() => TrainConfig.Load(Yaml, [assignment]));

        var first = error.Diagnostics[0].ToString();
        if (complaint[0] == '*')
            Assert.EndsWith(complaint[1..], first, StringComparison.Ordinal);
        else
            Assert.Equal(complaint, first);
    }

    [Fact]
    public void Beside_trainer_nothing_is_read_and_so_nothing_may_stand_there()
    {
        var path = Path.Combine(Path.GetTempPath(), $"llava-beside-{Guid.NewGuid():N}.yaml");
        try
        {
            File.WriteAllText(path, File.ReadAllText(Yaml) + "\noptimizer:\n  weight_decay: 0.3\nbogus: 1\n");
            var error = Assert.Throws<DiagnosticException>(() => TrainConfig.Load(path));

            Assert.Equal(
                ["unknown key optimizer: beside trainer nothing is read", "unknown key bogus: beside trainer nothing is read"],
                error.Diagnostics.Select(problem => problem.ToString().Split("LLAVA1003: ")[1]));
        }
        finally
        {
            File.Delete(path);
        }
    }

    [Theory]
    [InlineData("[{GlobalFlags: {csx.performance.micro_batch_size: 11}}]", 11, 11)]
    [InlineData("[{ScopedTrainFlags: {csx.performance.micro_batch_size: 10}}, {GlobalFlags: {csx.performance.micro_batch_size: 11}}]", 10, 11)]
    [InlineData("[{ScopedValidateFlags: {csx.performance.micro_batch_size: 10}}]", null, 10)]
    public void A_flag_for_one_input_goes_before_a_flag_for_all(string callbacks, int? train, int? eval)
    {
        var sections = TrainConfig.Load(Yaml, [$"trainer.init.callbacks={callbacks}"]).Sections;

        Assert.Equal((train, eval), (sections.TrainInput!.MicroBatchSequences, sections.EvalInput!.MicroBatchSequences));
    }

    [Theory]
    [InlineData("[{CheckLoss: {}}]", true)]
    [InlineData("[{CheckLoss: true}]", true)]
    [InlineData("[{CheckLoss: null}]", false)]
    [InlineData("[{checkloss: false}]", false)]
    [InlineData("[]", true)]
    public void CheckLoss_switches_the_check_of_numbers(string callbacks, bool isOn) =>
        Assert.Equal(isOn, TrainConfig.Load(Yaml, [$"trainer.init.callbacks={callbacks}"]).Run.CheckLossValues);

    [Fact]
    public void What_ModelZoo_adds_by_itself_is_taken()
    {
        string[] callbacks = ["CheckLoss: {}", "LogOptimizerParamGroup: {keys: lr}", "ComputeNorm: {}", "ModelEvalMetrics: {}", "RateProfiler: {}", "DurationProfiler: {}", "FlopUtilization: {}", "SavePerformanceData: {}", "DumpAvailableTensorNames: {}", "ModelZooParamsMetadata: {}", "SamplesStreamedInfo: {}", "OpProfiler: {start_step: 1, end_step: 2}"];
        TrainConfig.Load(Yaml, [$"trainer.init.callbacks=[{string.Join(", ", callbacks.Select(callback => $"{{{callback}}}"))}]", "trainer.init.loggers=[{ProgressLogger: {}}, {TensorBoardLogger: {}}, {TelemetryLogger: {}}]", "trainer.init.backend={backend_type: CSX, cluster_config: {num_csx: 1, mount_dirs: [/a]}}"]);
    }
}
