using Llava.Contracts.Files;

namespace Llava.Contracts.Tests.Files;

public sealed class FolderFlushTests
{
    [Fact]
    public void A_folder_that_is_there_is_flushed_and_one_that_is_not_is_an_error()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "no such call here");
        var folder = Directory.CreateTempSubdirectory("llava-flush-").FullName;
        FolderFlush.ToDisk(folder);
        Directory.Delete(folder);

        var error = Assert.Throws<IOException>(() => FolderFlush.ToDisk(folder));

        Assert.Equal($"{folder}: No such file or directory", error.Message);
    }
}
