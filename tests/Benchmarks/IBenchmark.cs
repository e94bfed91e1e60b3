namespace Llava.Benchmarks;

/// <summary>One question about speed or memory, answered side by side with what others do, in one run.</summary>
public interface IBenchmark
{
    /// <summary>What the user types, and the name of the file in <c>results/</c>.</summary>
    string Name { get; }

    /// <summary>Why it exists: the figure that it guards.</summary>
    string Why { get; }

    /// <summary>What is timed, in one line.</summary>
    string Measures { get; }

    /// <summary>What a reader could wrongly take it for.</summary>
    string DoesNotMeasure { get; }

    /// <summary>How often each side runs when the user does not say.</summary>
    int Rounds { get; }

    /// <summary>What of the rounds the figures are.</summary>
    string Statistic => "Medians";

    /// <param name="scratch">a folder for inputs and outputs; inputs are kept for the next run</param>
    /// <param name="rounds">how often each side runs, alternating</param>
    Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds);
}
