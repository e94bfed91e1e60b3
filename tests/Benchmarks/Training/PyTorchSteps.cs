using System.Diagnostics;

namespace Llava.Benchmarks.Training;

/// <summary>The peer's process: makes one step for every line it is sent, so that both sides can take turns.</summary>
sealed class PyTorchSteps : IDisposable
{
    readonly Process _process;

    PyTorchSteps(Process process) => _process = process;

    public static PyTorchSteps Start(int phase, bool isMixed, int threads)
    {
        var start = new ProcessStartInfo("/usr/bin/python3") { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in new[] { Path.Combine(MeasuredProcess.Repository, "tests/Benchmarks/peers/training_step.py"), $"{phase}", isMixed ? "bf16" : "fp32", $"{threads}" })
            start.ArgumentList.Add(argument);
        return new PyTorchSteps(Process.Start(start)!);
    }

    /// <returns>Seconds of processor time that the step took.</returns>
    public async Task<double> StepAsync()
    {
        await _process.StandardInput.WriteLineAsync("step");
        await _process.StandardInput.FlushAsync();
        var line = await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException("the PyTorch side has ended");
        return double.Parse(line, System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }
}
