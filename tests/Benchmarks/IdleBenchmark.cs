using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Llava.Benchmarks;

/// <summary>What it costs to find that nothing is to be done.</summary>
sealed class IdleBenchmark : IBenchmark
{
    const int Pictures = 500_000;
    const int PicturesOfFolder = 1000;

    public string Name => "idle";
    public string Why => "Whoever runs the graph after every edit waits for this each time; it must not grow with what the files hold.";
    public string Measures => "`dotnet msbuild pipeline.proj -t:All` with nothing to do, as a whole process: the demo, and the demo whose picture folder holds 500 000 more files; beside Snakemake on the same graph and pictures, and beside `find`, which asks the system once for each file and does no more";
    public string DoesNotMeasure => "the first look, which reads every file; a cold disk cache: what is asked was asked before. Snakemake goes by times, not by content";
    public int Rounds => 5;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var demo = Path.Combine(scratch, "demo");
        await NothingToDoAsync(demo);
        var pictures = Path.Combine(demo, "source", "raw");
        var many = MakePictures(Path.Combine(scratch, "many"), pictures);
        var datasets = Path.Combine(scratch, "many.props");
        await File.WriteAllTextAsync(datasets, $"<Project><PropertyGroup><ImageDir>{many}/</ImageDir></PropertyGroup></Project>");
        var large = Path.Combine(scratch, "large");
        await NothingToDoAsync(large, $"-p:DatasetsFile={datasets}");

        var small = await Alternating.SecondsAsync(rounds, () => NothingToDoAsync(demo), () => SnakemakeAsync(Path.Combine(scratch, "snakemake-demo"), pictures));
        var floor = await Alternating.SecondsAsync(rounds, () => NothingToDoAsync(large, $"-p:DatasetsFile={datasets}"), () => MeasuredProcess.RunAsync("find", [many, "-size", "+1G"]));
        var snakemake = await SecondsAsync(() => SnakemakeAsync(Path.Combine(scratch, "snakemake-large"), many), warm: true);
        return
        [
            new("demo, 14 stages", "s", small.OursSeconds, small.TheirsSeconds, "Snakemake, the same graph", "<= 0.8 s"),
            new("500 000 more pictures", "s", floor.OursSeconds, snakemake, "Snakemake, once", "<= 2.5 s"),
            new("500 000 more pictures, above the demo", "s", floor.OursSeconds - small.OursSeconds, floor.TheirsSeconds, "find -size", "stat calls only"),
        ];
    }

    static Task NothingToDoAsync(string artifacts, params string[] properties) =>
        MeasuredProcess.RunAsync("dotnet", ["msbuild", Path.Combine(MeasuredProcess.Repository, "pipeline.proj"), "-t:All", $"-p:ArtifactsDir={artifacts}", "-p:StoreDir=none", "-tl:off", "-nr:false", .. properties]);

    static Task SnakemakeAsync(string folder, string pictures) => MeasuredProcess.RunAsync("snakemake",
        ["--snakefile", Path.Combine(MeasuredProcess.Repository, "tests/Benchmarks/peers/Snakefile"), "--directory", folder, "--cores", "1", "--quiet", "--config", $"pictures={pictures}"]);

    static async Task<double> SecondsAsync(Func<Task> side, bool warm)
    {
        if (warm)
            await side();
        var start = Stopwatch.GetTimestamp();
        await side();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>The demo's pictures, which are trained on, and half a million files beside them, which are only inputs.</summary>
    static string MakePictures(string folder, string demoPictures)
    {
        if (Directory.Exists(folder))
            return folder;
        var partial = folder + ".partial";
        if (Directory.Exists(partial))
            Directory.Delete(partial, recursive: true);
        foreach (var file in Directory.EnumerateFiles(demoPictures, "*", SearchOption.AllDirectories))
        {
            var copy = Path.Combine(partial, Path.GetRelativePath(demoPictures, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }
        for (var picture = 0; picture < Pictures; picture++)
        {
            var subfolder = Path.Combine(partial, "more", (picture / PicturesOfFolder).ToString("D4", CultureInfo.InvariantCulture));
            if (picture % PicturesOfFolder == 0)
                Directory.CreateDirectory(subfolder);
            File.WriteAllBytes(Path.Combine(subfolder, string.Create(CultureInfo.InvariantCulture, $"{picture:D6}.png")), Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"no picture {picture}")));
        }
        Directory.Move(partial, folder);
        return folder;
    }
}
