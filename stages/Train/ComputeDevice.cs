using Llava.Contracts.Diagnostics;
using Llava.Train.Configuration;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train;

static class ComputeDevice
{
    /// <param name="requested"><c>auto</c> leaves it to the yaml's <c>target_device</c>, and that (absent or CSX) to what is there.</param>
    /// <exception cref="DiagnosticException">A GPU is asked for and there is none.</exception>
    public static Device Choose(string requested, RunConfig run)
    {
        var wanted = requested == "auto" ? (run.TargetDevice ?? "auto").ToLowerInvariant() : requested;
        return wanted switch
        {
            "cpu" => CPU,
            "cuda" or "gpu" => cuda.is_available() ? CUDA : throw new DiagnosticException(ErrorCatalog.DeviceUnavailable.Says("there is no CUDA device: build with -p:TorchBackend=cuda on a machine with a GPU, or choose --device cpu")),
            _ => cuda.is_available() ? CUDA : CPU,
        };
    }
}
