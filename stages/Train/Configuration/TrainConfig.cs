using System.Globalization;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;
using Llava.Model.Configuration;
using Llava.Train.Schedules;

namespace Llava.Train.Configuration;

/// <summary>A ModelZoo training yaml, read whole: every problem of it is reported at once.</summary>
sealed record TrainConfig(TrainSections Sections, LearningRateSchedule Schedule)
{
    const string TrainerPrefix = "trainer.";

    public OptimizerConfig Optimizer => Sections.Optimizer;

    public RunConfig Run => Sections.Runconfig;

    public LlavaModelConfig Model => Sections.Model;

    /// <param name="overrides"><c>key=value</c>; keys of the classic layout work on the newer one too.</param>
    /// <exception cref="DiagnosticException">With every problem of the file.</exception>
    public static TrainConfig Load(string path, IReadOnlyList<string>? overrides = null)
    {
        var all = overrides ?? [];
        var document = ConfigDocument.Load(path, [.. all.Where(IsTrainerKey)]);
        if (TrainerLayout.IsUsedBy(document))
            document = TrainerLayout.ToClassic(document);
        foreach (var assignment in all.Where(assignment => !IsTrainerKey(assignment)))
            document = document.With(assignment);
        return Read(IgnoredKeys.RemoveFrom(document));
    }

    static TrainConfig Read(ConfigDocument document)
    {
        var reader = new ConfigReader();
        var problems = new List<Diagnostic>();
        var sections = reader.Read<TrainSections>(document.Root);
        var schedule = sections.Optimizer?.LearningRate is { } node ? LearningRateReader.ReadSchedule(reader, node, problems) : null;
        DiagnosticException.ThrowIfAny([.. reader.Problems, .. problems]);
        return new TrainConfig(Accumulating(sections), schedule!);
    }

    // As in ModelZoo on CPUs and GPUs, a step takes so many of the loader's batches, and each is a micro-batch. From here on this is
    // said as anywhere else: by the size of a step and of a micro-batch.
    static TrainSections Accumulating(TrainSections sections)
    {
        if (sections is not { TrainInput: { } input, Optimizer.GradAccumSteps: > 1 and var batches })
            return sections;
        var microBatch = new ConfigScalar("train_input.micro_batch_size", new SourceLocation(""), input.BatchSize.ToString(CultureInfo.InvariantCulture), IsQuoted: false);
        return sections with { TrainInput = input with { BatchSize = input.BatchSize * batches, MicroBatchSize = microBatch } };
    }

    static bool IsTrainerKey(string assignment) => assignment.StartsWith(TrainerPrefix, StringComparison.Ordinal);
}

/// <summary>The sections of the classic layout.</summary>
sealed record TrainSections : IValidatedConfig
{
    public LlavaDataConfig? TrainInput { get; init; }

    public LlavaDataConfig? EvalInput { get; init; }

    public required LlavaModelConfig Model { get; init; }

    public required OptimizerConfig Optimizer { get; init; }

    public required RunConfig Runconfig { get; init; }

    /// <inheritdoc/>
    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (Model.Peft is { Dropout: > 0 } && Runconfig.ActivationCheckpointing != RunConfig.NoRecomputation)
            yield return ("model", "peft.dropout cannot be combined with runconfig.activation_checkpointing: blocks that are computed again would drop other numbers");
        if (Optimizer.GradAccumSteps > 1 && TrainInput?.MicroBatchSequences is { } sequences)
            yield return ("optimizer", string.Create(CultureInfo.InvariantCulture, $"has grad_accum_steps {Optimizer.GradAccumSteps}, and train_input has micro_batch_size {sequences}: a step is either so many batches or one that is cut; give one of them"));
    }
}
