using Microsoft.Build.Framework;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>An error of the catalogue that a build file itself finds.</summary>
public sealed class FailWithCode : Task
{
    [Required]
    public string Code { get; set; } = "";

    public string? File { get; set; }

    [Required]
    public string Text { get; set; } = "";

    public override bool Execute()
    {
        Log.LogError(null, Code, null, File, 0, 0, 0, 0, "{0}", Text);
        return false;
    }
}
