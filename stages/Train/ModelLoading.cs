using Llava.Data.Loading;
using Llava.Model;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using Llava.Train.Memory;
using Llava.Train.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace Llava.Train;

/// <summary>From the yaml and a folder of weights to a model on its device, what is trained already told.</summary>
static class ModelLoading
{
    /// <param name="trainedOn">What cannot fit is refused. Null: nothing is trained.</param>
    public static LlavaModel Load(TrainConfig config, TrainOptions options, StartingPoint start, LlavaDataLoader? trainedOn = null)
    {
        var device = ComputeDevice.Parse(DeviceName(options.Device, config.Run));
        if (trainedOn is not null)
            MemoryCheck.ThrowUnlessFits(config, options.ParamsPath, device.type, trainedOn);
        var model = Declare(config, device);
        TrainingCheckpoint.LoadWeights(model, start.Folder);
        return model;
    }

    /// <summary>Its weights are not set. On the host those take no memory until they are written.</summary>
    public static LlavaModel Declare(TrainConfig config, Device device)
    {
        var model = LlavaModel.Create(config.Model, device, config.Model.MixedPrecision ? ScalarType.BFloat16 : ScalarType.Float32);
        model.TrainAllBut(FreezePatterns.Frozen(config.Model.Freeze, [.. model.named_parameters().Select(entry => entry.name)]));
        return model;
    }

    /// <summary>"auto" leaves it to the yaml; CSX, ModelZoo's own machine, and nothing at all mean what there is.</summary>
    public static string DeviceName(string requested, RunConfig run) => requested != "auto" ? requested : run.TargetDevice?.ToLowerInvariant() switch
    {
        "cpu" => "cpu",
        "cuda" or "gpu" => "cuda",
        _ => "auto",
    };
}
