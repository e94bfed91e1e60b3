using System.Globalization;

namespace Llava.Benchmarks;

/// <summary>A peer in Debian's Python that times its own loop, so that starting it and importing its packages is left out.</summary>
static class PythonScript
{
    const string Interpreter = "/usr/bin/python3";

    /// <returns>The number that the script prints last.</returns>
    public static async Task<double> NumberAsync(string script, params string[] arguments)
    {
        var run = await MeasuredProcess.RunAsync(Interpreter, ["-c", script, .. arguments]);
        return double.Parse(run.Output.Trim().Split('\n')[^1], CultureInfo.InvariantCulture);
    }

    public static Task RunAsync(string script, params string[] arguments) => MeasuredProcess.RunAsync(Interpreter, ["-c", script, .. arguments]);

    /// <summary>Rates of both sides, each measuring itself, in turns; medians.</summary>
    public static async Task<(double Ours, double Theirs)> RatesAsync(int rounds, Func<Task<double>> ours, Func<Task<double>> theirs)
    {
        await ours();
        List<double> oursRates = [], theirsRates = [];
        for (var round = 0; round < rounds; round++)
        {
            if (round % 2 == 0)
                oursRates.Add(await ours());
            theirsRates.Add(await theirs());
            if (round % 2 == 1)
                oursRates.Add(await ours());
        }
        return (Alternating.Median(oursRates), Alternating.Median(theirsRates));
    }
}
