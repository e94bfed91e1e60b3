using Llava.Contracts.Progress;
using Llava.Tests;

namespace Llava.Serve.Tests;

/// <summary>A server with the small golden model, whose answers are nonsense, but always the same.</summary>
public sealed class RunningServer : IAsyncLifetime
{
    public const int LongestAnswer = 20_000;

    readonly string _folder = Directory.CreateTempSubdirectory("llava-serve-").FullName;
    readonly CancellationTokenSource _stop = new();
    Task _running = Task.CompletedTask;

    public Uri Address { get; private set; } = null!;

    public string Model => Path.Combine(_folder, "text_model_llava");

    public async ValueTask InitializeAsync()
    {
        GoldenLlava.Write("small/", _folder);
        var config = Path.Combine(Model, "config.json");
        File.WriteAllText(config, File.ReadAllText(config).Replace("\"max_position_embeddings\": 512", "\"max_position_embeddings\": 30000", StringComparison.Ordinal));
        var listening = new TaskCompletionSource<Uri>();
        var options = new ServeOptions(Model) { Port = 0, Device = "cpu", MaximumNewTokens = LongestAnswer, MaximumBodyBytes = 1 << 20, MaximumPixels = 1_000_000, MaximumWaiting = 1 };
        _running = Task.Run(() => ServeStage.RunAsync(options, SilentStageLog.Instance, _stop.Token, listening.SetResult));
        Address = await await Task.WhenAny(listening.Task, _running.ContinueWith<Uri>(ended => throw ended.Exception!, TaskScheduler.Default));
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _running);
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
