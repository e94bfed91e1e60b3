using Llava.Data.Images;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Parquet;
using Llava.Preprocess.Verification;
using Llava.Tests;

namespace Llava.Preprocess.Tests.Parquet;

public sealed class PictureFolderTests
{
    static readonly byte[] Picture = File.ReadAllBytes(GoldenData.Require("small/model/images/img0_120x80.png"));

    [Fact]
    public void Samples_that_show_one_picture_share_it_whoever_comes_first()
    {
        using var folder = new TemporaryFolder();
        var pictures = new PictureFolder(folder["images"], PictureVerification.Header);
        Parallel.For(0, 64, sample => Assert.Equal("a/b.png", pictures.StorePng("a/b.png", Picture, $"{sample}").Path));
        Assert.Equal([folder["images/a/b.png"]], Directory.GetFiles(folder["images"], "*", SearchOption.AllDirectories));
        Assert.Equal(Picture, File.ReadAllBytes(folder["images/a/b.png"]));
    }

    [Fact]
    public void Another_picture_of_the_same_name_replaces_none()
    {
        using var folder = new TemporaryFolder();
        var pictures = new PictureFolder(folder["images"], PictureVerification.Header);
        pictures.StorePng("b.png", Picture, "first");
        var other = new MemoryStream();
        PngWriter.Write(other, 1, 1, [1, 2, 3]);
        var error = Assert.Throws<UnusableSampleException>(() => pictures.StorePng("b.png", other.ToArray(), "second"));
        Assert.Equal("b.png: another sample has another picture of this name", error.Message);
        Assert.Equal(Picture, File.ReadAllBytes(folder["images/b.png"]));
    }
}
