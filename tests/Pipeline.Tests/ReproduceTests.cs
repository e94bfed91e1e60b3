using System.Diagnostics;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>The shortened demo once more in a fresh folder, beside a manifest of its own.</summary>
[Collection(nameof(DemoRun))]
public sealed class ReproduceTests(DemoRun demo)
{
    [Fact]
    public async Task A_run_is_reproduced_and_an_edited_manifest_or_a_changed_setting_is_refused_line_by_line()
    {
        var (artifacts, manifest) = (demo.FolderFor("reproduced"), demo.FolderFor("reproduced-run.lock.json"));
        string[] properties = [$"-p:RunManifest={manifest}", "-p:Phase1TrainSet=runconfig.max_steps=1", "-p:Phase2TrainSet=runconfig.max_steps=1"];
        var none = demo.Start("Reproduce", artifacts, properties).MustFail();
        Assert.Empty(none.Stages);
        Assert.Equal([$"{manifest} : error LLAVA7021: is not there: -t:Reproduce -p:UpdateManifest=true makes it"], none.Errors);

        var written = await WriteManifestAsync(artifacts, [.. demo.ShortProperties, .. properties, "-p:UpdateManifest=true"]);
        Assert.Contains("run.lock.json: 15 stages, ", written, StringComparison.Ordinal);
        var text = File.ReadAllText(manifest);
        Assert.DoesNotContain(artifacts, text, StringComparison.Ordinal);
        Assert.DoesNotContain(PipelineRun.Repository, text, StringComparison.Ordinal);

        // The last digit of a tokenized file's hash, and a setting of the same stage.
        var line = text.Split('\n').First(line => line.Contains("data-00000.h5", StringComparison.Ordinal));
        var hash = line.Split('"')[3];
        var edited = hash[..^1] + (hash[^1] == '0' ? '1' : '0');
        File.WriteAllText(manifest, text.Replace(hash, edited, StringComparison.Ordinal));
        var refused = demo.Start("Reproduce", artifacts, [.. properties, "-p:MaxQuarantine=0.06"]).MustFail();
        Assert.Contains("preprocess/own", refused.Stages);
        Assert.Contains($"{manifest} : error LLAVA7020: phase1-hdf5: setting MaxQuarantine is 0.06, not 0.05", refused.Errors);
        Assert.Contains($"{manifest} : error LLAVA7020: phase1-hdf5: data-00000.h5 has sha256 {hash}, not {edited}: setting MaxQuarantine is 0.06, not 0.05", refused.Errors);
        Assert.DoesNotContain(refused.Errors, error => error.Contains("train: model", StringComparison.Ordinal));

        File.WriteAllText(manifest, text);
        var again = demo.Start("Reproduce", artifacts, properties).MustSucceed();
        Assert.Matches("reproduced: 15 stages, [0-9]+ hashes of outputs as in .*run.lock.json", again.Output);

        demo.Start("Clean", artifacts).MustSucceed();
        Assert.False(Directory.Exists(artifacts));
    }

    /// <summary>While it runs, neither another like it nor a Clean gets at its folder.</summary>
    static async Task<string> WriteManifestAsync(string artifacts, string[] properties)
    {
        using var first = Process.Start(PipelineRun.Command("Reproduce", artifacts, properties))!;
        var output = new System.Text.StringBuilder();
        while (await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            output.AppendLine(line);
            if (!line.Contains("demo-source is stale", StringComparison.Ordinal))
                continue;
            using (Signals.Hold(first.Id))
            {
                foreach (var target in (string[])["Reproduce", "Clean"])
                    Assert.Equal([$"{artifacts}/.reproduce/ : error LLAVA7007: in use by process {first.Id}"], PipelineRun.Start(target, artifacts, [.. properties, "-p:OnLock=fail"]).MustFail().Errors);
            }
        }
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(first.ExitCode == 0, output.ToString());
        return output.ToString();
    }
}
