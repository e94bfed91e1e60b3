using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Llava.Model.Layers;

/// <summary>
/// Mixed precision (Micikevicius et al. 2018): a trained parameter is kept in float32 and rounded where it is used, so that
/// its gradient arrives in float32 again. A frozen one is stored as it is used.
/// </summary>
static class ParameterFormat
{
    public static Tensor In(this Parameter parameter, ScalarType elementType) => parameter.dtype == elementType ? parameter : parameter.to(elementType);
}
