using System.Reflection;
using System.Text;
using Llava.Tasks.LibTorch;

namespace Llava.Tasks.Tests.LibTorch;

public sealed class IosInitializerRebindingTests
{
    [Fact]
    public void The_library_of_the_package_then_needs_nothing_newer_than_gcc_12()
    {
        var original = PackagedLibrary();
        var image = new ElfImage([.. original]);
        Assert.Contains(image.VersionNeeded, need => need.Name == IosInitializerRebinding.NewVersion);

        Assert.Null(IosInitializerRebinding.Apply(image));

        var adapted = new ElfImage([.. image.Bytes]);
        Assert.Equal(original.Length, adapted.Bytes.Length);
        Assert.DoesNotContain(adapted.VersionNeeded, need => need.Name == IosInitializerRebinding.NewVersion);
        Assert.All(adapted.VersionNeeded, need => Assert.Equal(ElfImage.Hash(need.Name), need.Hash));
        Assert.Single(adapted.Symbols, symbol => symbol.Name == "_ZNSt8ios_base4InitC1Ev" && !symbol.IsDefined);
        Assert.InRange(original.Zip(adapted.Bytes).Count(pair => pair.First != pair.Second), 1, 64);
    }

    [Fact]
    public void A_library_that_needs_another_new_symbol_is_left_alone()
    {
        var bytes = PackagedLibrary();
        var name = bytes.AsSpan().IndexOf("_ZSt21ios_base_library_initv"u8);
        Encoding.ASCII.GetBytes("_ZSt21ios_base_library_quit").CopyTo(bytes, name);

        var refusal = IosInitializerRebinding.Apply(new ElfImage([.. bytes]));

        Assert.Equal("symbols of GLIBCXX_3.4.32 are _ZSt21ios_base_library_quitv; only _ZSt21ios_base_library_initv is known how to bind elsewhere", refusal);
    }

    [Fact]
    public void Something_else_than_a_library_is_refused()
    {
        var error = Assert.Throws<InvalidDataException>(() => new ElfImage(new byte[100]));
        Assert.Equal("it is not a 64-bit little-endian ELF file", error.Message);
    }

    [Theory]
    [InlineData("GLIBCXX_3.4", 0x08922974u), InlineData("GLIBC_2.2.5", 0x09691a75u)]
    public void Version_names_hash_as_the_gabi_says(string name, uint hash) => Assert.Equal(hash, ElfImage.Hash(name));

    static byte[] PackagedLibrary()
    {
        var packages = typeof(IosInitializerRebindingTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "PackageFolder").Value!;
        var folder = Path.Combine(packages, "torchsharp");
        var path = Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "libLibTorchSharp.so", SearchOption.AllDirectories).FirstOrDefault(file => file.Contains("linux-x64", StringComparison.Ordinal)) : null;
        Assert.SkipWhen(path is null, "the TorchSharp package is not on this machine");
        return File.ReadAllBytes(path!);
    }
}
