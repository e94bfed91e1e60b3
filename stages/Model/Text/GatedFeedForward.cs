using Llava.Model.Configuration;
using Llava.Model.Layers;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Llava.Model.Text;

/// <summary>SwiGLU (Shazeer 2020): <c>down(up(x) * silu(gate(x)))</c>.</summary>
sealed class GatedFeedForward : Module
{
    public readonly ModuleList<Module> ffn;
    readonly GatedLayer _gated;
    readonly OutputLayer _output;
    PackedWeight? _packed;

    public GatedFeedForward(TextModelConfig config, Placement placement) : base(nameof(GatedFeedForward))
    {
        _gated = new(config, placement);
        _output = new(config, placement);
        ffn = new(_gated, _output);
        register_module(nameof(ffn), ffn);
    }

    /// <summary>As <see cref="DenseLayer.Pack"/>.</summary>
    public void Pack()
    {
        register_module("packed", _packed = PackedWeight.Take(_gated.linear_layer, _gated.linear_layer_for_glu));
        _output.linear_layer.Pack();
    }

    // B rows, S positions, D hidden size, F size inside.
    public Tensor Forward(Tensor x_BSD)
    {
        using var scope = NewDisposeScope();
        var (up_BSF, gate_BSF) = Project(x_BSD);
        var inner_BSF = up_BSF.mul(functional.silu(gate_BSF));
        return scope.MoveToOuter(_output.linear_layer.Forward(inner_BSF));
    }

    (Tensor Up_BSF, Tensor Gate_BSF) Project(Tensor x_BSD)
    {
        if (_packed is null)
            return (_gated.linear_layer.Forward(x_BSD), _gated.linear_layer_for_glu.Forward(x_BSD));
        var halves = _packed.Multiply(x_BSD).chunk(2, -1);
        return (halves[0], halves[1]);
    }

    sealed class GatedLayer : Module
    {
        public readonly DenseLayer linear_layer;
        public readonly DenseLayer linear_layer_for_glu;

        public GatedLayer(TextModelConfig config, Placement placement) : base(nameof(GatedLayer))
        {
            linear_layer = new(config.HiddenSize, config.FilterSize, config.UseFfnBias, placement);
            linear_layer_for_glu = new(config.HiddenSize, config.FilterSize, config.UseFfnBias, placement);
            RegisterComponents();
        }
    }

    sealed class OutputLayer : Module
    {
        public readonly DenseLayer linear_layer;

        public OutputLayer(TextModelConfig config, Placement placement) : base(nameof(OutputLayer))
        {
            linear_layer = new(config.FilterSize, config.HiddenSize, config.UseFfnBias, placement);
            RegisterComponents();
        }
    }
}
