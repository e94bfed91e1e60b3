using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Layers;

/// <summary>
/// Sums of tensors that may be taken a million times. TorchSharp's own <c>add</c> and <c>+</c> make a scalar 1 per call and
/// keep no reference to it, so that a garbage collection during the native call frees it (TorchSharp 0.107.0: "Expected
/// false to be true" from Scalar::toFloat, about once in a hundred thousand calls).
/// </summary>
static class TensorSum
{
    static readonly Scalar One = 1;
    static readonly Scalar MinusOne = -1;

    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    public static Tensor Minus(this Tensor x, Tensor y) => x.add(y, MinusOne);

    public static Tensor PlusInPlace(this Tensor x, Tensor y) => x.add_(y, One);
}
