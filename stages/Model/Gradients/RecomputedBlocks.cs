using Llava.Model.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Model.Gradients;

/// <summary>
/// Activation checkpointing (Chen et al. 2016): of a segment of blocks the forward pass keeps the input alone; the backward
/// pass runs it again. The same kernels on the same numbers, so the same bits.
/// </summary>
sealed class RecomputedBlocks(IEnumerable<TextBlock> blocks, TextPass pass, int blocksPerSegment)
{
    readonly IReadOnlyList<TextBlock[]> _segments = [.. blocks.Chunk(blocksPerSegment)];
    readonly Stack<Tensor> _inputs = [];

    /// <returns>The last block's output, a leaf that collects its gradient.</returns>
    public Tensor Forward(Tensor h_BSD)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var x_BSD = h_BSD.detach();
        foreach (var segment in _segments)
        {
            _inputs.Push(x_BSD.MoveToOuterDisposeScope());
            x_BSD = Run(segment, x_BSD);
        }
        return x_BSD.requires_grad_().MoveToOuterDisposeScope();
    }

    /// <param name="gradient_BSD">By the output of <see cref="Forward"/>.</param>
    /// <returns>By its input.</returns>
    public Tensor Backward(Tensor gradient_BSD)
    {
        foreach (var segment in _segments.Reverse())
        {
            using var scope = NewDisposeScope();
            using var kept_BSD = _inputs.Pop();
            var x_BSD = kept_BSD.detach().requires_grad_();
            Run(segment, x_BSD).backward([gradient_BSD]);
            gradient_BSD.Dispose();
            gradient_BSD = x_BSD.grad!.MoveToOuterDisposeScope();
        }
        return gradient_BSD;
    }

    Tensor Run(TextBlock[] segment, Tensor x_BSD) => segment.Aggregate(x_BSD, (h_BSD, block) => block.Forward(h_BSD, pass));
}
