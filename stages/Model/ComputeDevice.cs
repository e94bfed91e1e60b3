using Llava.Contracts.Diagnostics;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>The <c>--device</c> option.</summary>
public static class ComputeDevice
{
    public static IReadOnlyList<string> Names { get; } = ["auto", "cpu", "cuda"];

    /// <param name="name"><c>auto</c> takes a GPU where there is one.</param>
    /// <exception cref="DiagnosticException">A GPU was asked for, but this build or machine has none.</exception>
    public static Device Parse(string name)
    {
        if (name == "cpu" || (name == "auto" && !cuda.is_available()))
            return CPU;
        if (!cuda.is_available())
            throw new DiagnosticException(ErrorCatalog.DeviceUnavailable.Says("no GPU can be used: this needs a CUDA device, its driver, and a build with -p:TorchBackend=cuda"));
        return CUDA;
    }
}
