using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary><c>llava serve</c> as a process of its own, with the demo's model.</summary>
[Collection(nameof(DemoRun))]
public sealed partial class ServeProgramTests(DemoRun demo)
{
    [Fact]
    public async Task It_says_where_it_listens_answers_and_ends_with_130_on_Ctrl_C()
    {
        demo.ShortRun.MustSucceed();
        using var process = Start("serve", "--model-path", Path.Combine(demo.Short, "export"), "--port", "0", "--device", "cpu");
        try
        {
            using var client = new HttpClient { BaseAddress = await AddressOf(process), Timeout = TimeSpan.FromMinutes(1) };
            using var response = await client.PostAsJsonAsync("/v1/chat/completions", new { messages = new[] { new { role = "user", content = "What is 2?" } }, max_tokens = 3 });
            var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync())!;
            Assert.Equal("chat.completion", (string?)answer["object"]);

            Signals.Send(process.Id, Signals.Interrupt);
            Assert.True(process.WaitForExit(TimeSpan.FromMinutes(1)));
            Assert.Equal(130, process.ExitCode);
        }
        finally
        {
            process.Kill();
        }
    }

    static Process Start(params string[] arguments)
    {
        var command = LlavaProgram.Command(arguments);
        PipelineRun.PutUnder(Signals.HearingCtrlC, command);
        return Process.Start(command)!;
    }

    static async Task<Uri> AddressOf(Process process)
    {
        var shown = "";
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            shown += line + "\n";
            if (Listening().Match(line) is { Success: true } match)
                return new Uri(match.Groups[1].Value);
        }
        throw new InvalidOperationException($"it does not listen: {shown}");
    }

    [GeneratedRegex(@"listening on (http://127\.0\.0\.1:\d+/)")]
    private static partial Regex Listening();
}
