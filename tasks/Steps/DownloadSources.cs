using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

namespace Llava.Tasks.Steps;

/// <summary><c>llava download</c>: fetches datasets, pictures and the pretrained pair, as they are locked.</summary>
public sealed class DownloadSources : StageTask
{
    /// <summary>What <see cref="CheckDownloads"/> wrote.</summary>
    [Required]
    public ITaskItem Sources { get; set; } = null!;

    /// <summary><c>datasets.lock.json</c>.</summary>
    [Required]
    public ITaskItem Lock { get; set; } = null!;

    /// <summary>Sizes, times and hashes of the files, for the next check.</summary>
    [Required]
    public ITaskItem Record { get; set; } = null!;

    [Required]
    public string Hub { get; set; } = "";

    [Required]
    public int Parallel { get; set; }

    public bool UpdateLock { get; set; }

    public bool Frozen { get; set; }

    protected override void AddArguments(CommandLineBuilder arguments)
    {
        arguments.AppendSwitch("download");
        arguments.AppendSwitchIfNotNull("--sources ", Sources.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--lock ", Lock.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--record ", Record.GetMetadata("FullPath"));
        arguments.AppendSwitchIfNotNull("--output ", StageDirectory);
        arguments.AppendSwitchIfNotNull("--hub ", Hub);
        arguments.AppendSwitch($"--parallel {Parallel}");
        if (UpdateLock)
            arguments.AppendSwitch("--update-lock");
        if (Frozen)
            arguments.AppendSwitch("--frozen");
    }
}
