using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Llava.Pipeline.Tests;

/// <summary>The real graph over a dataset of somebody who means harm: nothing appears outside the artifacts folder, and no program runs.</summary>
[Collection(nameof(DemoRun)), System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class HostileGraphTests(DemoRun demo)
{
    string Sandbox(string name)
    {
        var folder = demo.FolderFor($"hostile-{name}");
        Directory.CreateDirectory(Path.Combine(folder, "raw"));
        File.WriteAllText(Path.Combine(folder, "precious.txt"), "mine");
        return folder;
    }

    static string[] Outside(string sandbox) => [.. Directory.EnumerateFiles(sandbox, "*", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(sandbox, path)).Where(path => !path.StartsWith("artifacts/", StringComparison.Ordinal) && !path.StartsWith("raw/", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];

    static string Describe(string sandbox, string name, string metadata = "")
    {
        var path = Path.Combine(sandbox, "items.props");
        File.WriteAllText(path, $"""<Project><ItemGroup><Dataset Include="{name}" Preprocessor="json2jsonl" Phase="2" Input="{sandbox}/raw" {metadata} /></ItemGroup></Project>""");
        return path;
    }

    PipelineRun Start(string sandbox, string target, string items, params string[] more) =>
        PipelineRun.Start(target, Path.Combine(sandbox, "artifacts"), [.. demo.ShortProperties, $"-p:DatasetsFile={items}", .. more]);

    [Theory]
    [InlineData("..")]
    [InlineData("../..")]
    [InlineData("a/../../../escaped")]
    [InlineData("%24(x)")]
    [InlineData("a b")]
    public void A_dataset_cannot_name_a_folder_elsewhere(string name)
    {
        var sandbox = Sandbox(Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(name)));
        File.WriteAllText(Path.Combine(sandbox, "raw", "a.json"), DemoRun.OwnSamples("2"));
        var run = Start(sandbox, "Preprocess", Describe(sandbox, name)).MustFail();
        Assert.Contains(": error LLAVA7006: ", run.Output, StringComparison.Ordinal);
        Assert.Equal(["items.props", "precious.txt"], Outside(sandbox));
    }

    [Theory]
    [InlineData("../../escaped")]
    [InlineData("a b")]
    public void A_benchmark_cannot_name_a_folder_elsewhere(string name)
    {
        demo.ShortRun.MustSucceed();
        var (artifacts, sandbox) = (demo.CopyOfShort($"benchmark-{name.Length}"), Sandbox($"benchmark-{name.Length}"));
        var items = Path.Combine(sandbox, "items.props");
        File.WriteAllText(items, $"""<Project><Import Project="{demo.DatasetsFile}" /><ItemGroup><Benchmark Include="{name}" Scorer="chartqa" Questions="{sandbox}/raw" Images="{sandbox}/raw" /></ItemGroup></Project>""");
        var run = demo.Start("Evaluate", artifacts, $"-p:DatasetsFile={items}").MustFail();
        Assert.Contains(": error LLAVA7006: ", run.Output, StringComparison.Ordinal);
        Assert.Empty(run.Stages);
        Assert.Equal(["items.props", "precious.txt"], Outside(sandbox));
        Assert.False(Path.Exists(Path.Combine(artifacts, "..", "escaped")) || Path.Exists(Path.Combine(artifacts, "escaped")));
    }

    [Fact]
    public void Names_of_files_are_no_commands_no_properties_and_no_switches()
    {
        var sandbox = Sandbox("names");
        var marker = Path.Combine(sandbox, "marker");
        string[] names =
        [
            "$(touch marker)", "`touch marker`", "; touch marker", "$([System.IO.File]::WriteAllText('marker','x'))", "@(Dataset)", "%(Identity)", "%2e%2e%2fescaped",
            "--output=escaped", "-o", "@response", "quote\" --output \"escaped", "'single'", "a;b", "line\nbreak", "tab\there", "[a, b]", "{a}", "*", "\u001b]0;title\u0007",
        ];
        foreach (var name in names)
            File.WriteAllText(Path.Combine(sandbox, "raw", $"{name.Replace("marker", marker.Replace('/', '_'), StringComparison.Ordinal)}.json"), DemoRun.OwnSamples("2"));
        File.WriteAllText(Path.Combine(sandbox, "raw", "response"), "--output\nescaped\n");
        var run = Start(sandbox, "Phase2Hdf5", Describe(sandbox, "own")).MustSucceed();
        Assert.Contains("phase2-hdf5", run.Stages);
        Assert.Equal(names.Length, Directory.GetFiles(Path.Combine(sandbox, "artifacts", "preprocess", "own"), "*.jsonl").Count(path => !path.EndsWith("quarantine.jsonl", StringComparison.Ordinal)));
        Assert.Equal(["items.props", "precious.txt"], Outside(sandbox));
        Assert.False(File.Exists(Path.Combine(PipelineRun.Repository, "marker")));
        Assert.False(Path.Exists(Path.Combine(PipelineRun.Repository, "escaped")));
        Start(sandbox, "Phase2Hdf5", Path.Combine(sandbox, "items.props")).MustRunNothing();

        // A name stands in the reason to run, too.
        File.WriteAllText(Path.Combine(sandbox, "raw", "\u001b]0;title\u0007.json"), DemoRun.OwnSamples("3"));
        var why = Start(sandbox, "Why", Path.Combine(sandbox, "items.props")).MustSucceed().Output;
        Assert.Contains("\\u001b]0;title\\u0007.json changed", why, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', why);
    }

    [Fact]
    public void What_a_dataset_says_cannot_look_like_another_message()
    {
        var sandbox = Sandbox("texts");
        const string Evil = "a\nevil.cs(1,1): error CS0001: fake\n##vso[task.setvariable variable=PATH]x\n\u001b]0;title\u0007";
        const string Shown = @"a\nevil.cs(1,1): error CS0001: fake\n##vso [task.setvariable variable=PATH]x\n\u001b]0;title\u0007";
        File.WriteAllText(Path.Combine(sandbox, "raw", $"{Evil}.json"), "[1, {");
        var run = Start(sandbox, "Preprocess", Describe(sandbox, "own")).MustFail();
        Assert.DoesNotContain('\u001b', run.Output);
        Assert.DoesNotContain("##vso[", run.Output, StringComparison.Ordinal);
        Assert.DoesNotContain(run.Output.Split('\n'), line => line.TrimStart().StartsWith("evil.cs", StringComparison.Ordinal));
        Assert.Contains(Shown, run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_record_that_was_written_to_confuse_makes_the_stage_run_again_and_nothing_more()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("hostile-records");
        var record = Path.Combine(artifacts, "preprocess", "own", "stage.json");
        foreach (var text in (string[])["{}", "null", "[]", """{"stage":null}""", """{"stage":"preprocess/own","key":"","code":{"a":"","a":""},"settings":{},"inputs":[]}""", new string('[', 100_000), File.ReadAllText(record).Replace("\"path\": \"", "\"path\": \"../../../", StringComparison.Ordinal)])
        {
            File.WriteAllText(record, text);
            Assert.Equal(["preprocess/own"], demo.Start("Preprocess", artifacts).MustSucceed().Stages);
        }
    }

    [Fact]
    public void A_record_that_was_written_to_confuse_does_not_stop_who_only_looks()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("hostile-looks");
        string InArtifacts(string path) => Path.Combine(artifacts, path);
        Rewrite(InArtifacts("preprocess/own/stage.json"), text => Regex.Replace(text, "\"key\": \".", "\"key\": \"x").Replace("\"git_commit\": \"", "\"git_commit\": \"\\u001b]0;t\\n", StringComparison.Ordinal));
        Rewrite(InArtifacts(".graph/preprocess-own.done.tsv"), text => Regex.Replace(text, "(?m)^[0-9a-f]{64}", "abc"));
        Rewrite(InArtifacts("hdf5/phase1/stage.json"), text => Regex.Replace(text, "(\"outputs\":(?s:.*?)\"sha256\": \")[0-9a-f]{64}", "$1abc"));
        Rewrite(InArtifacts("hdf5/phase2/stage.json"), text => Regex.Replace(text, "(\"outputs\":(?s:.*?)\"bytes\": )\\d+", "${1}9223372036854775807"));
        File.WriteAllText(InArtifacts(".graph/phase1-train.begun"), "x");
        File.Delete(InArtifacts("train/phase1/stage.json"));
        File.WriteAllText(InArtifacts(".graph/phase1-train.want.json"), """{"stage":"phase1-train","code":{"a":"","a":""},"settings":{},"inputs":[]}""");

        var looked = new WhyReport(demo.Start("Why", artifacts, "-p:MaxQuarantine=0.07"));
        Assert.Equal(["its record cannot be read"], looked.LinesOf("phase1-hdf5").Take(1));
        Assert.Equal(["its record cannot be read"], looked.LinesOf("phase2-hdf5").Take(1));
        Assert.Contains("MaxQuarantine 0.05 -> 0.07", looked.LinesOf("preprocess/own"));
        var status = demo.Start("Status", artifacts).MustSucceed().Output;
        Assert.DoesNotContain('\u001b', status);
        Assert.Contains("rows, \\u001b]0;t\\n", status, StringComparison.Ordinal);
    }

    static void Rewrite(string path, Func<string, string> rewrite)
    {
        var (was, now) = (File.ReadAllText(path), rewrite(File.ReadAllText(path)));
        Assert.NotEqual(was, now);
        File.WriteAllText(path, now);
    }

    [Fact]
    public void A_list_of_downloads_that_was_written_to_confuse_makes_the_download_stale_and_nothing_more()
    {
        var sandbox = Sandbox("downloads");
        var artifacts = Path.Combine(sandbox, "artifacts");
        var items = Path.Combine(sandbox, "items.props");
        File.WriteAllText(items, $"""<Project><ItemGroup><Download Include="mine" From="https://127.0.0.1:1/x" Sha256="{new string('a', 64)}" Folder="{sandbox}/there" Files="x" /></ItemGroup></Project>""");
        foreach (var folder in (string[])[".graph", "download"])
            Directory.CreateDirectory(Path.Combine(artifacts, folder));
        foreach (var line in (string[])["many\tlong\tago\t/etc/passwd", "1\t2", "99999999999999999999\t1\tabc\t/etc/passwd", "1\t1\tabc\ta\0b"])
        {
            File.WriteAllText(Path.Combine(artifacts, ".graph", "download.files.tsv"), line + "\n");
            var why = Start(sandbox, "Why", items).MustSucceed();
            Assert.Matches("download +stale", why.Output);
        }
        Assert.False(Directory.Exists(Path.Combine(sandbox, "there")));
    }

    [Fact]
    public void A_yaml_that_names_folders_elsewhere_to_write_to_writes_where_the_graph_says()
    {
        demo.ShortRun.MustSucceed();
        var sandbox = Sandbox("yaml-paths");
        var artifacts = Path.Combine(sandbox, "artifacts");
        DemoRun.CopyFolder(demo.Short, artifacts);
        var configs = Path.Combine(PipelineRun.Repository, "configs", "demo");
        var (hdf5, train) = (Path.Combine(sandbox, "raw", "hdf5.yaml"), Path.Combine(sandbox, "raw", "train.yaml"));
        File.WriteAllText(hdf5, File.ReadAllText(Path.Combine(configs, "llava_phase_1_preproc.yaml")).Replace("./llava_phase_1", $"{sandbox}/escaped", StringComparison.Ordinal).Replace("\"examples\"", "\"../../../escaped\"", StringComparison.Ordinal));
        File.WriteAllText(train, File.ReadAllText(Path.Combine(configs, "params_llava_demo_phase1.yaml")).Replace("runconfig:\n", $"runconfig:\n  model_dir: ../../../../escaped\n  checkpoint_path: {sandbox}/escaped\n", StringComparison.Ordinal));
        PipelineRun Run() => demo.Start("Phase1Train", artifacts, $"-p:Phase1Hdf5Params={hdf5}", $"-p:Phase1TrainParams={train}");
        Assert.Equal([$"{hdf5}(15,3): error LLAVA1006: processing.output_name must be a file name"], Run().MustFail().Errors);
        Rewrite(hdf5, yaml => yaml.Replace("../../../escaped", "mine", StringComparison.Ordinal));
        Assert.Equal(["recipe", "phase1-hdf5", "phase1-train"], Run().MustSucceed().Stages);
        Assert.Equal(["precious.txt"], Outside(sandbox));
    }

    [Fact]
    public void Every_test_that_the_table_of_dangers_names_is_there()
    {
        var names = Regex.Matches(File.ReadAllText(Path.Combine(PipelineRun.Repository, "build", "security.md")), "`(\\w+Tests)`").Select(match => match.Groups[1].Value).Distinct().ToArray();
        Assert.NotEmpty(names);
        var classes = Directory.EnumerateFiles(Path.Combine(PipelineRun.Repository, "tests"), "*Tests.cs", SearchOption.AllDirectories).Select(path => Path.GetFileNameWithoutExtension(path)).ToHashSet();
        Assert.DoesNotContain(names, name => !classes.Contains(name));
    }

    [Fact]
    public void A_recipe_that_builds_a_bomb_is_refused()
    {
        var sandbox = Sandbox("yaml");
        File.WriteAllText(Path.Combine(sandbox, "raw", "a.json"), DemoRun.OwnSamples("2"));
        var yaml = Path.Combine(sandbox, "bomb.yaml");
        File.WriteAllText(yaml, "a: &a [x, x]\nb: &b [*a, *a]\n");
        var run = Start(sandbox, "CheckRecipe", Describe(sandbox, "own"), $"-p:Phase1TrainParams={yaml}").MustFail();
        Assert.Contains("bomb.yaml(2,8): error LLAVA1002: an alias (*name) within a value that has a name itself (&name): write it out", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void An_argument_that_begins_with_an_at_sign_is_no_file_of_arguments()
    {
        demo.ShortRun.MustSucceed();
        var sandbox = Sandbox("response");
        File.WriteAllText(Path.Combine(sandbox, "arguments"), $"demo\n--output\n{sandbox}/escaped\n");
        var start = new ProcessStartInfo("dotnet", ["exec", Path.Combine(PipelineRun.Repository, "artifacts", "tools", "llava.dll"), "@arguments"]) { WorkingDirectory = sandbox, RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        Assert.Contains("error LLAVA1009: Unrecognized command or argument '@arguments'.", process.StandardError.ReadToEnd(), StringComparison.Ordinal);
        process.WaitForExit();
        Assert.Equal(2, process.ExitCode);
        Assert.False(Path.Exists(Path.Combine(sandbox, "escaped")));
    }
}
