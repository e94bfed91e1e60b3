using static TorchSharp.torch;

namespace Llava.Model.Tests;

public sealed class TorchLibraryTests
{
    [Fact]
    public void The_native_library_loads_and_multiplies()
    {
        using var product = mm(ones(2, 3), ones(3, 4));
        Assert.Equal(3f, product[1, 2].item<float>());
    }
}
