using System.Globalization;
using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;

namespace Llava.Train.Schedules;

/// <summary>
/// Reads <c>optimizer.learning_rate</c>: a number, one schedule, or a list of them that follow one another. A schedule's name
/// is written as ModelZoo takes it: any case, with or without a closing <c>LR</c>.
/// </summary>
static class LearningRateReader
{
    delegate LearningRateSchedule Read(ConfigReader reader, ConfigMap section);

    static readonly IReadOnlyDictionary<string, Read> Kinds = new Dictionary<string, Read>
    {
        ["constant"] = (reader, section) => reader.Read<ConstantSchedule>(section),
        ["linear"] = (reader, section) => reader.Read<LinearSchedule>(section),
        ["polynomial"] = (reader, section) => reader.Read<PolynomialSchedule>(section),
        ["cosinedecay"] = (reader, section) => reader.Read<CosineDecaySchedule>(section),
        ["cosineannealing"] = (reader, section) => reader.Read<CosineAnnealingSchedule>(section),
        ["exponential"] = (reader, section) => reader.Read<ExponentialSchedule>(section),
        ["inversesquarerootdecay"] = (reader, section) => reader.Read<InverseSquareRootDecaySchedule>(section),
        ["step"] = (reader, section) => reader.Read<StepSchedule>(section),
        ["multistep"] = (reader, section) => reader.Read<MultiStepSchedule>(section),
        ["piecewiseconstant"] = (reader, section) => reader.Read<PiecewiseConstantSchedule>(section),
    };

    /// <returns>Null where the problems (added to <paramref name="problems"/>, or to the reader's own) leave nothing to use.</returns>
    public static LearningRateSchedule? ReadSchedule(ConfigReader reader, ConfigNode node, List<Diagnostic> problems)
    {
        switch (node)
        {
            case ConfigScalar scalar when !scalar.IsQuoted && double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) && rate >= 0:
                return new ConstantSchedule { LearningRate = rate };
            case ConfigMap map:
                return ReadOne(reader, map, problems);
            case ConfigList { Items.Count: > 0 } list:
                return ReadSequence(reader, list, problems);
            default:
                problems.Add(ErrorCatalog.WrongType.At(node.Location, $"{node.KeyPath} must be a number, a schedule or a list of schedules"));
                return null;
        }
    }

    static LearningRateSchedule? ReadSequence(ConfigReader reader, ConfigList list, List<Diagnostic> problems)
    {
        var parts = new List<LearningRateSchedule>();
        foreach (var item in list.Items)
        {
            if (item is not ConfigMap map)
                problems.Add(ErrorCatalog.WrongType.At(item.Location, $"{item.KeyPath} must be a schedule, with a key `scheduler`"));
            else if (ReadOne(reader, map, problems) is { } part)
                parts.Add(part);
        }
        if (problems.Count > 0 || reader.Problems.Count > 0)
            return null;
        for (var i = 0; i < parts.Count - 1; i++)
        {
            if (parts[i].Duration is null)
                problems.Add(ErrorCatalog.MissingKey.At(list.Items[i].Location, $"{list.Items[i].KeyPath}.total_iters is required: another schedule follows this one"));
        }
        return parts.Count == 1 ? parts[0] : new SequentialSchedule(parts);
    }

    static LearningRateSchedule? ReadOne(ConfigReader reader, ConfigMap section, List<Diagnostic> problems)
    {
        var entries = new Dictionary<string, ConfigNode>(section.Entries);
        if (!CheckMainScheduler(entries, problems))
            return null;
        if (!entries.Remove("scheduler", out var nameNode) || nameNode is not ConfigScalar name)
        {
            problems.Add(ErrorCatalog.MissingKey.At(section.Location, $"{section.KeyPath}.scheduler is required"));
            return null;
        }
        if (Kinds.TryGetValue(KindOf(name.Text), out var read))
            return read(reader, section with { Entries = entries });
        var nearest = NearestKey.Find(KindOf(name.Text), Kinds.Keys) is { } found ? $"; did you mean {found}?" : "";
        problems.Add(ErrorCatalog.BadValue.At(name.Location, $"{name.KeyPath} is \"{name.Text}\", but must be one of {string.Join(", ", Kinds.Keys)}{nearest}"));
        return null;
    }

    static bool CheckMainScheduler(Dictionary<string, ConfigNode> entries, List<Diagnostic> problems)
    {
        if (!entries.Remove("main_scheduler", out var node) || (node is ConfigScalar main && KindOf(main.Text) is "sequential"))
            return true;
        problems.Add(ErrorCatalog.UnsupportedSetting.At(node.Location, $"{node.KeyPath}: only schedules in sequence are supported"));
        return false;
    }

    static string KindOf(string name)
    {
        var lower = name.ToLowerInvariant();
        return lower.EndsWith("lr", StringComparison.Ordinal) ? lower[..^2] : lower;
    }
}
