using System.CommandLine;
using Llava.Model;

namespace Llava.Host.Verbs;

/// <summary>What the verbs that compute with a model have in common.</summary>
static class ComputeArguments
{
    const int MostThreads = 1024;

    public static Option<string> ModelPath() => new("--model-path")
    {
        Description = "exported text_model_llava/, the folder with it and image_model/, or a checkpoint folder of convert or train",
        Required = true,
    };

    public static Option<string> Device() => new Option<string>("--device") { Description = "where to compute", DefaultValueFactory = _ => "auto" }.AcceptOnlyFromAmong([.. ComputeDevice.Names]);

    public static Option<int?> Threads()
    {
        var threads = new Option<int?>("--threads") { Description = $"threads of the CPU kernels ({TorchRuntime.DefaultThreads}); results repeat to the bit only for the same number" };
        WholeNumber.Require(threads, 1, MostThreads);
        return threads;
    }
}
