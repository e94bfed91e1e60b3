using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Model;

namespace Llava.Generate;

/// <summary>Answers one prompt.</summary>
public static class GenerateStage
{
    public static GenerateReport Run(GenerateOptions options, IStageLog log, CancellationToken cancellation)
    {
        if (options.ImagePath is { } image && !File.Exists(image))
            throw ErrorCatalog.FileNotFound.Fails(image, "there is no such picture");
        if (options.Threads is { } threads)
            TorchRuntime.Use(threads);
        var device = ComputeDevice.Parse(options.Device);
        log.Information($"loading {options.ModelPath}");
        using var generator = LlavaGenerator.Load(options.ModelPath, device);
        var request = GenerationRequest.FromText(generator.Tokenizer, options.Prompt, options.ImagePath);
        var result = generator.Generate([request], options.Generation, cancellation)[0];
        return new GenerateReport(result, request, generator.Tokenizer.BosId);
    }
}
