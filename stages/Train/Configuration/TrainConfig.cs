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
        return new TrainConfig(sections, schedule!);
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
    }
}
