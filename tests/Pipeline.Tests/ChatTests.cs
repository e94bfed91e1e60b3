using System.Diagnostics;
using System.Text.Json.Nodes;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>A talk on a real terminal.</summary>
[Collection(nameof(DemoRun))]
public sealed class ChatTests(DemoRun demo)
{
    const string HowToLeave = "(/exit leaves, as does Ctrl-C once more)";
    const int Interrupted = 130;

    [Fact]
    public void Ctrl_C_stops_the_answer_and_the_talk_goes_on()
    {
        demo.ShortRun.MustSucceed();
        using var chat = new TerminalProgram(Chat(EndlessModel(), "--max-new-tokens", "100000"));
        chat.WaitFor("> ");
        foreach (var question in new[] { "What is this?", "And that?" })
        {
            chat.Type($"{question}\n");
            chat.WaitFor(question);
            chat.WaitForMore(100);
            chat.Type(TerminalProgram.ControlC);
            chat.WaitFor("(stopped)");
            chat.WaitFor("> ");
        }
        chat.Type(TerminalProgram.ControlC);
        chat.WaitFor(HowToLeave);
        chat.Type("/exit\n");

        Assert.Equal(0, chat.WaitForExit());
    }

    [Fact]
    public void Ctrl_C_twice_without_an_answer_leaves()
    {
        demo.ShortRun.MustSucceed();
        using var chat = new TerminalProgram(Chat(EndlessModel()));
        chat.WaitFor("> ");
        chat.Type(TerminalProgram.ControlC);
        chat.WaitFor(HowToLeave);
        chat.Type(TerminalProgram.ControlC);

        Assert.Equal(Interrupted, chat.WaitForExit());
    }

    [Fact]
    public void The_build_starts_a_talk_about_a_picture_that_Ctrl_C_does_not_end()
    {
        demo.ShortRun.MustSucceed();
        using var build = new TerminalProgram(PipelineRun.Command("Chat", demo.CopyOfShort("chat"), [.. demo.ShortProperties, $"-p:Image={GoldenData.Require("small/model/images/img0_120x80.png")}"]));
        build.WaitFor("> ");
        build.Type("What is this?\n");
        build.WaitFor("What is this?");
        build.WaitForMore(5);
        build.Type(TerminalProgram.ControlC); // which may come with the last word of so short an answer, and stop nothing
        build.Type("/new\n"); // both answers may be too long for one talk
        build.Type("And that?\n");
        build.WaitFor("And that?");
        build.WaitForMore(5);
        build.WaitFor("> ");
        build.Type("/exit\n");

        Assert.Equal(0, build.WaitForExit());
        Assert.InRange(build.Shown.Split("\n> ").Length - 1, 3, int.MaxValue); // before each question and before the end
        Assert.DoesNotContain("error", build.Shown, StringComparison.Ordinal);
    }

    /// <summary>The model that has hardly been trained, with room for an answer that nobody waits for.</summary>
    string EndlessModel()
    {
        var folder = demo.FolderFor($"endless-{Guid.NewGuid():N}");
        DemoRun.CopyFolder(Path.Combine(demo.Short, "export"), folder);
        var path = Path.Combine(folder, "text_model_llava", "config.json");
        var config = JsonNode.Parse(File.ReadAllText(path))!;
        config["max_position_embeddings"] = 110_000;
        File.WriteAllText(path, config.ToJsonString());
        return folder;
    }

    static ProcessStartInfo Chat(string model, params string[] options)
    {
        var start = PipelineRun.Command("", "");
        start.ArgumentList.Clear();
        foreach (var argument in (string[])["exec", Path.Combine(PipelineRun.Repository, "artifacts", "tools", "llava.dll"), "chat", "--model-path", model, .. options])
            start.ArgumentList.Add(argument);
        return start;
    }
}
