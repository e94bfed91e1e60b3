using Llava.Contracts.Diagnostics;
using Task = Microsoft.Build.Utilities.Task;

namespace Llava.Tasks;

/// <summary>A task whose problems become coded build errors, never stack traces.</summary>
public abstract class CodedTask : Task
{
    public override bool Execute()
    {
        try
        {
            Run();
        }
        catch (Exception error) when (SystemErrors.Describe(error) is { } problems)
        {
            foreach (var problem in problems)
                Log.LogDiagnostic(problem);
        }
        return !Log.HasLoggedErrors;
    }

    protected abstract void Run();
}
