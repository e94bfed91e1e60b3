using static TorchSharp.torch;

namespace Llava.Train.Optimization;

/// <summary>
/// What dropout draws in a step: a function of the seed and the step alone, on every device. So a run that goes on draws what it
/// would have drawn, and <see cref="Seed"/> is all that a checkpoint has to hold of it; a GPU's generator cannot be saved.
/// </summary>
sealed record StepRandomness(long Seed)
{
    const long Stride = 0x5851_F42D_4C95_7F2D; // odd and large: no two seeds share the numbers of a step

    /// <param name="step">Steps made before it.</param>
    public void Prepare(long step) => random.manual_seed(unchecked((Seed * Stride) + step));
}
