using static TorchSharp.torch;

namespace Llava.Model.Text;

/// <summary>What every layer of one pass through the language model shares.</summary>
/// <param name="Turns_BS1R">The rotations of the positions, complex.</param>
/// <param name="RotarySize">How many numbers of a head they turn.</param>
/// <param name="Cache">Earlier positions; null in training.</param>
sealed record TextPass(Tensor Turns_BS1R, int RotarySize, AttentionMask Mask, KeyValueCache? Cache = null);
