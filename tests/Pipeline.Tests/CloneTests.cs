using System.Diagnostics;

namespace Llava.Pipeline.Tests;

/// <summary>The tools are a function of the commit: not of the folder, the time or what was built before.</summary>
public sealed class CloneTests
{
    [Fact]
    public void A_clone_elsewhere_builds_the_same_tools_byte_for_byte_and_runs_with_them_in_one_command()
    {
        // Only a build for others leaves the checkout's own path out of its dlls.
        Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", "builds the tools again: in CI alone");
        Assert.SkipUnless(Path.Exists(Path.Combine(PipelineRun.Repository, ".git")), "an export has nothing to clone");
        Assert.SkipUnless(Run("git", PipelineRun.Repository, "status", "--porcelain") is "", "a clone lacks what is not committed");
        var folder = Directory.CreateTempSubdirectory("llava-clone-").FullName;
        try
        {
            var clone = Path.Combine(folder, "at", "another", "depth");
            Run("git", folder, "clone", "--quiet", PipelineRun.Repository, clone);
            Run("dotnet", PipelineRun.Repository, "msbuild", "pipeline.proj", "-t:BuildTools");
            // The first command of a clean checkout: building the tools gives MSBuild a second process, which then may get the run. It must not wait for the first.
            Run("dotnet", clone, "msbuild", "pipeline.proj", "-t:Reproduce", "-p:UpdateManifest=true", "-p:OnLock=fail", "-p:Phase1TrainSet=runconfig.max_steps=1", "-p:Phase2TrainSet=runconfig.max_steps=1", $"-p:RunManifest={folder}/run.lock.json");
            Assert.True(File.Exists(Path.Combine(folder, "run.lock.json")));
            foreach (var tools in (string[])["artifacts/tools", "artifacts/build/bin/Llava.Tasks/release"])
                AssertSame(Path.Combine(PipelineRun.Repository, tools), Path.Combine(clone, tools));
            AssertAnOldSourceIsCompiledAndALostProgramComesBack(clone);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    public void In_CI_packages_are_restored_as_they_are_locked_or_not_at_all()
    {
        var start = PipelineRun.Command("", "");
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["msbuild", "stages/Host/Llava.Host.csproj", "-getProperty:RestoreLockedMode", "-getProperty:ContinuousIntegrationBuild", "-p:TorchBackend=cpu"])
            start.ArgumentList.Add(argument);
        foreach (var name in (string[])["RestoreLockedMode", "ContinuousIntegrationBuild"])
            start.Environment.Remove(name);
        start.Environment["CI"] = "true";
        using var process = Process.Start(start)!;
        using var properties = System.Text.Json.JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        Assert.All(properties.RootElement.GetProperty("Properties").EnumerateObject(), property => Assert.Equal("true", property.Value.GetString()));
    }

    // As `cp -p` of an older file leaves it: older than all that was compiled from its folder.
    static void AssertAnOldSourceIsCompiledAndALostProgramComesBack(string clone)
    {
        var (source, program) = (Path.Combine(clone, "stages/Evaluate/EvaluateStage.cs"), Path.Combine(clone, "artifacts/tools/llava.dll"));
        var (built, other) = (File.ReadAllBytes(Path.Combine(clone, "artifacts/tools/Llava.Evaluate.dll")), File.GetLastWriteTimeUtc(Path.Combine(clone, "artifacts/tools/Llava.Hdf5.dll")));
        File.AppendAllText(source, "\nenum CompiledFromAnOldFile { None }\n");
        File.SetLastWriteTimeUtc(source, new DateTime(1990, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        File.Delete(program);
        Run("dotnet", clone, "msbuild", "pipeline.proj", "-t:BuildTools");
        var rebuilt = File.ReadAllBytes(Path.Combine(clone, "artifacts/tools/Llava.Evaluate.dll"));
        Assert.True(rebuilt.AsSpan().IndexOf("CompiledFromAnOldFile"u8) > 0 && built.AsSpan().IndexOf("CompiledFromAnOldFile"u8) < 0);
        Assert.True(File.Exists(program));
        Assert.Equal(other, File.GetLastWriteTimeUtc(Path.Combine(clone, "artifacts/tools/Llava.Hdf5.dll")));
        Assert.DoesNotContain("building the tools", Run("dotnet", clone, "msbuild", "pipeline.proj", "-t:BuildTools"), StringComparison.Ordinal);
    }

    static void AssertSame(string ours, string theirs)
    {
        var names = Files(theirs);
        Assert.Contains(names, name => name.StartsWith("Llava.", StringComparison.Ordinal) && name.EndsWith(".dll", StringComparison.Ordinal));
        Assert.Equal(names, Files(ours));
        Assert.All(names, name => Assert.True(File.ReadAllBytes(Path.Combine(ours, name)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(theirs, name))), name));
    }

    static string[] Files(string folder) => [.. Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(folder, path)).Order(StringComparer.Ordinal)];

    internal static string Run(string program, string folder, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (var name in start.Environment.Keys.Where(name => name.StartsWith("MSBUILD", StringComparison.OrdinalIgnoreCase)).ToArray())
            start.Environment.Remove(name);
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        return output.Trim();
    }
}
