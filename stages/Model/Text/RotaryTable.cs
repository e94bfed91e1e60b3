using Llava.Contracts.Diagnostics;
using Llava.Model.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Text;

/// <summary>
/// The rotations of rotary position embedding (Su et al. 2021) in ModelZoo's layout: neighbouring numbers of a head are the two
/// coordinates that are turned, so a pair is one complex number and a rotation one complex product.
/// </summary>
sealed class RotaryTable
{
    readonly Tensor _turns_SR;

    public RotaryTable(TextModelConfig config, Device device)
    {
        RotarySize = config.RotarySize;
        using var scope = NewDisposeScope();
        _turns_SR = Turns(config).to(device).DetachFromDisposeScope();
    }

    /// <summary>How many numbers of a head are turned.</summary>
    public int RotarySize { get; }

    public long PositionCount => _turns_SR.shape[0];

    /// <summary>The rotations of positions <paramref name="start"/> and on, for every row of a batch.</summary>
    /// <returns>1 x count x 1 x R/2, complex.</returns>
    public Tensor At(long start, long count)
    {
        if (start + count > PositionCount)
            throw ErrorCatalog.SequenceTooLong.Fails("text_model.max_position_embeddings", $"a sequence of {start + count} tokens does not fit into {PositionCount} positions");
        return _turns_SR.narrow(0, start, count).unsqueeze(0).unsqueeze(2);
    }

    /// <summary>The rotations of each row's own positions.</summary>
    /// <returns>B x S x 1 x R/2, complex.</returns>
    public Tensor At(Tensor positions_BS)
    {
        using var scope = NewDisposeScope();
        var rows_NR = _turns_SR.index_select(0, positions_BS.flatten());
        return scope.MoveToOuter(rows_NR.view(positions_BS.shape[0], positions_BS.shape[1], 1, -1));
    }

    static Tensor Turns(TextModelConfig config)
    {
        using Scalar size = config.RotarySize, theta = config.RopeTheta, scaling = config.PosScalingType == "linear" ? config.PosScalingFactor : 1;
        var exponents_R = arange(0, config.RotarySize, 2, dtype: ScalarType.Float32).div(size);
        var inverse_R = pow(full(1, theta, dtype: ScalarType.Float32), exponents_R).reciprocal();
        var (frequencies, magnitude) = RotaryFrequencies.Scale(inverse_R.data<float>().ToArray(), config);
        var positions_S = arange(config.MaxPositionEmbeddings, dtype: ScalarType.Float32).div(scaling);
        var angles_SR = outer(positions_S, tensor(frequencies));
        using Scalar length = magnitude;
        return complex(angles_SR.cos().mul(length), angles_SR.sin().mul(length));
    }
}
