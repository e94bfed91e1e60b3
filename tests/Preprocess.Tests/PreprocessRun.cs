using Llava.Contracts.Progress;

namespace Llava.Preprocess.Tests;

static class PreprocessRun
{
    public static Task RunAsync(string dataset, string input, string output, int workers = 1, bool mend = false, double maximumQuarantine = 0.05) => PreprocessStage.RunAsync(
        new PreprocessOptions { Dataset = dataset, Input = input, Output = output, Workers = workers, Mend = mend, MaximumQuarantineShare = maximumQuarantine },
        SilentStageLog.Instance,
        TestContext.Current.CancellationToken);
}
