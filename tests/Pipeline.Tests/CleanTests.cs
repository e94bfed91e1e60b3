using System.Diagnostics;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary><c>-t:Clean</c> takes what the graph has made, and nothing of the user's.</summary>
[Collection(nameof(DemoRun))]
public sealed class CleanTests(DemoRun demo)
{
    [Fact]
    public void All_that_a_whole_run_made_goes_and_what_else_is_there_stays()
    {
        demo.ShortRun.MustSucceed();
        var artifacts = demo.CopyOfShort("cleaned");
        DemoRun.CopyFolder(demo.Store, Path.Combine(artifacts, ".store"));
        demo.Start("Graph", artifacts).MustSucceed();
        File.WriteAllText(Path.Combine(artifacts, "mine.txt"), "mine");
        var dry = demo.Start("Clean", artifacts, "-p:DryRun=on").MustSucceed().Output;
        Assert.Contains($"would remove what was made in {artifacts}/: recipe, source, preprocess, hdf5, checkpoints, train, export, evaluate, .store, graph.mmd, graph.svg", dry, StringComparison.Ordinal);
        Assert.Contains($"removed what was made in {artifacts}/; the rest stays: mine.txt", demo.Start("Clean", artifacts).MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal([Path.Combine(artifacts, "mine.txt")], Directory.EnumerateFileSystemEntries(artifacts));
    }

    [Fact]
    public void A_folder_that_a_link_leads_to_is_emptied_and_the_link_stays()
    {
        var (folder, link) = (demo.FolderFor("linked"), demo.FolderFor("link"));
        Directory.CreateDirectory(folder);
        Directory.CreateSymbolicLink(link, folder);
        demo.Start("CheckRecipe", link).MustSucceed();
        Assert.Contains($"removed {link}/", demo.Start("Clean", link).MustSucceed().Output, StringComparison.Ordinal);
        Assert.Equal(folder, new DirectoryInfo(link).LinkTarget);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder));
    }

    [Fact]
    public void A_folder_where_the_graph_has_never_been_is_left_alone()
    {
        var folder = demo.FolderFor("never");
        Directory.CreateDirectory(Path.Combine(folder, "train", "png"));
        Assert.Contains($"nothing to remove: nothing was made in {folder}/", demo.Start("Clean", folder).MustSucceed().Output, StringComparison.Ordinal);
        Assert.True(Directory.Exists(Path.Combine(folder, "train", "png")));
        demo.Start("Clean", demo.FolderFor("not-there")).MustSucceed();
        Assert.False(Directory.Exists(demo.FolderFor("not-there")));
    }

    [Fact]
    public async Task What_follows_a_Clean_in_the_same_build_keeps_other_runs_off()
    {
        var artifacts = demo.FolderFor("clean-and-go-on");
        demo.Start("CheckRecipe", artifacts).MustSucceed();
        using var first = Process.Start(PipelineRun.Command("Clean;CheckRecipe", artifacts, demo.ShortProperties))!;
        while (await first.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line && !line.Contains("recipe is stale", StringComparison.Ordinal))
        {
        }
        using (Signals.Hold(first.Id))
            Assert.Equal([$"{artifacts}/ : error LLAVA7007: in use by process {first.Id}"], demo.Start("CheckRecipe", artifacts, "-p:OnLock=fail").MustFail().Errors);
        _ = await first.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await first.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Equal(0, first.ExitCode);
        demo.Start("CheckRecipe", artifacts).MustRunNothing();
    }
}
