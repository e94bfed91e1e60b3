using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Golden.Tests.Model;

static class NumpyTensors
{
    public static Tensor ToTensor(this NumpyArray array) => array.Type[1] == 'f'
        ? tensor(array.Floats()).reshape(array.Shape)
        : tensor(array.Integers()).reshape(array.Shape);

    public static void AssertNear(NumpyArray expected, Tensor actual, double tolerance, string what)
    {
        Assert.Equal(expected.Shape, actual.shape);
        AssertNear(0, actual.sub(expected.ToTensor()).abs().max().item<float>(), tolerance, $"the largest difference of {what}");
    }

    public static void AssertNear(double expected, double actual, double tolerance, string what) =>
        Assert.True(Math.Abs(expected - actual) <= tolerance, $"{what} is {actual}, but {expected} in the reference, and {tolerance} is allowed");
}
