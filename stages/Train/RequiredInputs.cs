using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;
using Llava.Train.Configuration;

namespace Llava.Train;

/// <summary>What a mode reads has to be there, and to fit the model, before anything long begins.</summary>
static class RequiredInputs
{
    /// <exception cref="DiagnosticException">With all that is missing.</exception>
    public static void ThrowIfMissing(TrainConfig config, TrainOptions options)
    {
        var problems = new List<Diagnostic>();
        if (options.Mode != TrainMode.Eval && config.Sections.TrainInput is null)
            problems.Add(ErrorCatalog.MissingKey.At(options.ParamsPath, "train_input is required"));
        if (options.Mode is TrainMode.Eval or TrainMode.TrainAndEval && config.Sections.EvalInput is null)
            problems.Add(ErrorCatalog.MissingKey.At(options.ParamsPath, "eval_input is required"));
        var used = UsedBy(options.Mode, config.Sections).OfType<LlavaDataConfig>().ToList();
        problems.AddRange(used.SelectMany(MissingFolders).Distinct());
        if ((options.CheckpointPath ?? config.Run.CheckpointPath) is { } checkpoint && !Path.Exists(checkpoint))
            problems.Add(ErrorCatalog.NoStartingWeights.At(checkpoint, "there is no such checkpoint"));
        DiagnosticException.ThrowIfAny(problems);
        foreach (var input in used)
            ImagePositionCheck.ThrowIfElsewhere(input, config.Model.ImageStartIdx, config.Model.ImageTokenCount);
    }

    static IEnumerable<LlavaDataConfig?> UsedBy(TrainMode mode, TrainSections sections) => mode switch
    {
        TrainMode.TrainAndEval or TrainMode.Validate => [sections.TrainInput, sections.EvalInput],
        TrainMode.Eval => [sections.EvalInput],
        _ => [sections.TrainInput],
    };

    static IEnumerable<Diagnostic> MissingFolders(LlavaDataConfig input) =>
        from folder in input.DataFolders.Concat(input.Mixture?.SelectMany(part => part.DataFolders) ?? []).Append(input.ImgDataDir)
        where !Directory.Exists(folder)
        select ErrorCatalog.FileNotFound.At(folder, folder == input.ImgDataDir ? "img_data_dir: there is no such folder" : "data_dir: there is no such folder");
}
