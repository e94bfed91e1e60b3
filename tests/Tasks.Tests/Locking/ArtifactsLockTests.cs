using Llava.Tasks.Locking;

namespace Llava.Tasks.Tests.Locking;

public sealed class ArtifactsLockTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-lock-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_second_is_told_who_has_the_folder_until_the_first_lets_go()
    {
        using (ArtifactsLock.TryTake(_folder, out _))
        {
            Assert.Null(ArtifactsLock.TryTake(_folder, out var holder));
            Assert.Equal($"process {Environment.ProcessId}", holder);
        }
        using var second = ArtifactsLock.TryTake(_folder, out _);
        Assert.NotNull(second);
    }

    [Fact]
    public void A_stage_that_outlives_its_build_keeps_the_folder()
    {
        using (File.Open(ArtifactsLock.StageFileOf(_folder), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            Assert.Null(ArtifactsLock.TryTake(_folder, out var holder));
            Assert.Equal("a stage of a run that has ended, which is saving its state", holder);
        }
        using var free = ArtifactsLock.TryTake(_folder, out _);
        Assert.NotNull(free);
    }

    [Fact]
    public async Task Who_had_opened_a_lock_that_its_holder_removed_takes_a_new_one()
    {
        for (var round = 0; round < 200; round++)
        {
            var folder = Path.Combine(_folder, "removed", ".graph");
            var (first, other) = (ArtifactsLock.TryTake(folder, out _), Task.Run(() => Wait(folder), TestContext.Current.CancellationToken));
            first!.RemoveFolder();
            first.Dispose();
            using var second = await other;
            Assert.Null(ArtifactsLock.TryTake(folder, out _));
        }
    }

    static ArtifactsLock Wait(string folder)
    {
        ArtifactsLock? held;
        while ((held = ArtifactsLock.TryTake(folder, out _)) is null)
        {
        }
        return held;
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_not_taken_for_a_busy_one()
    {
        Assert.ThrowsAny<IOException>(() => ArtifactsLock.TryTake("/proc/llava", out _));
    }
}
