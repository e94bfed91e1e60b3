using Llava.Contracts.Diagnostics;
using Llava.Data.Hdf5;
using Llava.Data.Loading;
using Llava.Tests;

namespace Llava.Data.Tests.Loading;

/// <summary>H5 files from elsewhere: what they name outside is not read, or a model could be made to learn it.</summary>
public sealed class HostileSamplesTests
{
    [Theory]
    [InlineData("../secret.png")]
    [InlineData("a/../../secret.png")]
    [InlineData("/etc/passwd")]
    public void A_picture_outside_of_the_image_folder_is_refused(string path)
    {
        using var samples = new MadeSamples(0);
        File.Copy(Path.Combine(samples.Images, "1.png"), samples.FolderOf("secret.png"));
        Directory.CreateDirectory(Path.Combine(samples.Images, "a"));
        using (var writer = new Hdf5SampleWriter(Path.Combine(samples.FolderOf("data"), "evil.h5"), MadeSamples.MaxSequenceLength))
        {
            writer.Append(new int[4 * MadeSamples.MaxSequenceLength], path);
            writer.Commit();
        }
        using var loader = LlavaDataLoader.Open(samples.Config("batch_size: 1"));
        var error = Assert.Throws<DiagnosticException>(() => loader.Read(loader.Start, LoaderPass.OneEpoch, cancellationToken: TestContext.Current.CancellationToken).First());
        Assert.Equal($"{samples.Images}: error LLAVA2006: the image path \"{path}\" leaves the image folder", error.Message);
    }

    [Theory]
    [InlineData("external_storage")]
    [InlineData("external_link")]
    [InlineData("soft_link")]
    public void Data_in_another_file_or_under_another_name_is_not_followed(string name) =>
        Assert.Throws<DiagnosticException>(() => Hdf5SampleReader.Open(GoldenData.Require($"h5peer/{name}.h5")));
}
