using System.Diagnostics;

namespace Llava.Train.Tests;

/// <summary>No process outlives the test that started it, however the test ends.</summary>
sealed class EndOfProcess(Process process) : IDisposable
{
    public void Dispose()
    {
        process.Kill();
        process.WaitForExit();
    }
}
