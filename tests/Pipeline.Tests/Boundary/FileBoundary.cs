using System.Diagnostics;
using System.Globalization;

namespace Llava.Pipeline.Tests.Boundary;

/// <summary>Runs of the graph that are killed, with their whole process group, right before or after a file operation below the artifacts folder (<c>boundary.c</c>).</summary>
sealed class FileBoundary
{
    const int KilledBySignal = 137;

    readonly string _folder;

    FileBoundary(string folder) => _folder = folder;

    string Library => Path.Combine(_folder, "boundary.so");

    string Counter => Path.Combine(_folder, "counter");

    string Log => Path.Combine(_folder, "log");

    /// <summary>Compiles the shim, or skips the test where there is no C compiler.</summary>
    /// <param name="folder">Is created.</param>
    public static FileBoundary BuildOrSkip(string folder)
    {
        var boundary = new FileBoundary(Directory.CreateDirectory(folder).FullName);
        var source = Path.Combine(PipelineRun.Repository, "tests", "Pipeline.Tests", "Boundary", "boundary.c");
        try
        {
            using var compiler = Process.Start("cc", ["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o", boundary.Library, source, "-ldl"]);
            compiler.WaitForExit();
            Assert.Equal(0, compiler.ExitCode);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs a C compiler (cc)");
        }
        return boundary;
    }

    /// <summary>Runs to the end, or until a boundary.</summary>
    /// <param name="at">From 1; 0 lets the run come to its end.</param>
    /// <returns>The boundary, "after rename .graph/recipe.want.json", or null where the run came to its end; and how many there were.</returns>
    public (string? KilledAt, long Boundaries) Run(long at, string artifacts, params string[] properties)
    {
        File.WriteAllBytes(Counter, new byte[sizeof(long)]);
        File.Delete(Log);
        var start = PipelineRun.CommandUnder(["setsid"], "All", artifacts, properties);
        foreach (var (name, value) in (IEnumerable<(string, string)>)[("LD_PRELOAD", Library), ("BOUNDARY_COUNTER", Counter), ("BOUNDARY_FOLDER", artifacts + "/"), ("BOUNDARY_LOG", Log), ("BOUNDARY_AT", at.ToString(CultureInfo.InvariantCulture))])
            start.Environment[name] = value;
        using var run = Process.Start(start)!;
        var errors = run.StandardError.ReadToEndAsync();
        var output = run.StandardOutput.ReadToEnd() + errors.Result;
        run.WaitForExit();
        var killedAt = File.Exists(Log) ? File.ReadAllText(Log).TrimEnd('\n') : null;
        Assert.True(run.ExitCode == (killedAt is null ? 0 : KilledBySignal), output);
        return (killedAt, BitConverter.ToInt64(File.ReadAllBytes(Counter)));
    }
}
