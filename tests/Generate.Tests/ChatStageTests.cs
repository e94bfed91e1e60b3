using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;
using Llava.Generate.Chat;
using Llava.Tests;

namespace Llava.Generate.Tests;

public sealed class ChatStageTests
{
    [Fact]
    public async Task A_talk_that_outgrows_the_model_says_how_to_start_over_and_goes_on()
    {
        using var folder = new TemporaryFolder();
        var partner = new Script(string.Concat(Enumerable.Repeat("word ", 600)), "/new", "What is 2?", "/exit", "not asked any more");

        await ChatStage.RunAsync(Options(folder), partner, SilentStageLog.Instance, CancellationToken.None);

        Assert.Equal([ErrorCatalog.PromptTooLong], partner.Problems.Select(problem => problem.Code));
        Assert.Equal(["the talk has become too long for the model: /new starts over", "cut off: --max-new-tokens allows more"], partner.Remarks);
        Assert.NotEqual("", partner.Said);
    }

    [Fact]
    public async Task A_picture_that_is_not_there_leaves_the_talk_as_it_was()
    {
        using var folder = new TemporaryFolder();
        var partner = new Script("/image nowhere.png", "What is 2?");

        await ChatStage.RunAsync(Options(folder), partner, SilentStageLog.Instance, CancellationToken.None);

        Assert.Equal("nowhere.png: error LLAVA1001: there is no such picture", Assert.Single(partner.Problems).ToString());
        Assert.Single(partner.Remarks);
    }

    static ChatOptions Options(TemporaryFolder folder) =>
        new(GoldenLlava.Write("small/", folder.Path), ImagePath: null) { Generation = new GenerationOptions { MaximumNewTokens = 5 }, Device = "cpu" };

    /// <summary>Says one line after the other, and keeps what it hears.</summary>
    sealed class Script(params string[] lines) : IChatPartner
    {
        readonly Queue<string> _lines = new(lines);

        public string Said { get; private set; } = "";

        public List<string?> Remarks { get; } = [];

        public List<Diagnostic> Problems { get; } = [];

        public Task<string?> ReadLineAsync(CancellationToken cancellation) => Task.FromResult(_lines.TryDequeue(out var line) ? line : null);

        public void BeginAnswer(CancellationTokenSource stop)
        {
        }

        public void Say(string piece) => Said += piece;

        public void EndAnswer(string? remark) => Remarks.Add(remark);

        public void Explain(Diagnostic problem) => Problems.Add(problem);
    }
}
