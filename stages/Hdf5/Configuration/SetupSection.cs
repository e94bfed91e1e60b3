using Llava.Contracts.Configuration;

namespace Llava.Hdf5.Configuration;

public sealed record SetupSection : IValidatedConfig
{
    internal const string PhaseOne = "LlavaPhaseOnePreprocessor";
    internal const string PhaseTwo = "LlavaPhaseTwoPreprocessor";

    /// <summary>A folder of <c>.jsonl</c> files, sub folders included, or a list of such folders and files.</summary>
    public required ConfigNode InputDir { get; init; }

    public required string OutputDir { get; init; }

    /// <summary>Threads that tokenize; null: one for each core. The output does not depend on it.</summary>
    [Bounds(1, 1024)]
    public int? Processes { get; init; }

    [OneOf(PhaseOne, PhaseTwo)]
    public required string DatasetProcessor { get; init; }

    internal IReadOnlyList<string> InputDirectories => InputDir switch
    {
        ConfigList list => [.. list.Items.OfType<ConfigScalar>().Select(item => item.Text)],
        ConfigScalar scalar => [scalar.Text],
        _ => [],
    };

    IEnumerable<(string Key, string Message)> IValidatedConfig.Problems()
    {
        var isText = InputDir is ConfigScalar { IsNull: false } or ConfigList { Items.Count: > 0 };
        if (!isText || InputDir is ConfigList list && list.Items.Any(item => item is not ConfigScalar { IsNull: false }))
            yield return ("input_dir", "must be a folder, or a list of folders");
    }
}
