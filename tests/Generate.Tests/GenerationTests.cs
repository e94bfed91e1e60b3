using Llava.Contracts.Diagnostics;
using Llava.Generate;
using Llava.Generate.Chat;
using Llava.Generate.Prompts;
using Llava.Tests;
using static TorchSharp.torch;

namespace Llava.Generate.Tests;

public sealed class GenerationTests
{
    const int NewTokens = 12;

    // More than the largest batch of the tests holds.
    const int Questions = 18;

    [Theory]
    [InlineData(null, 1.0, 1), InlineData(1.0, 1.0, 1), InlineData(0.7, 0.9, 1), InlineData(null, 1.0, 3)]
    public void Answers_do_not_depend_on_the_batch_greedy_drawn_or_searched(double? temperature, double topProbability, int beams)
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var requests = Requests(generator).ToList();
        var options = new GenerationOptions
        {
            MaximumNewTokens = NewTokens,
            Beams = beams,
            Sampling = temperature is { } value ? new Sampling(value) { TopProbability = topProbability, Seed = 5 } : null,
        };

        var alone = generator.Generate(requests, options with { BatchSize = 1 });
        foreach (var batchSize in new[] { 4, 16 })
        {
            var together = generator.Generate(requests, options with { BatchSize = batchSize });
            Assert.Equal(alone.Select(result => result.TokenIds), together.Select(result => result.TokenIds));
        }
        var backwards = generator.Generate([.. Enumerable.Reverse(requests)], options with { BatchSize = 4 });
        Assert.Equal(alone.Reverse().Select(result => result.Text), backwards.Select(result => result.Text));
        if (options.Sampling is { } sampling)
        {
            Assert.True(alone.Select(result => result.Text).Distinct().Count() > requests.Count / 2);
            Assert.NotEqual(alone.Select(result => result.Text), generator.Generate(requests, options with { Sampling = sampling with { Seed = 6 } }).Select(result => result.Text));
        }
    }

    [Fact]
    public void What_is_told_while_it_grows_adds_up_to_each_answer()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var requests = Requests(generator).ToList();
        var told = requests.ConvertAll(_ => "");

        var results = generator.Generate(requests, new GenerationOptions { MaximumNewTokens = NewTokens, BatchSize = 4 }, said: (request, piece) => told[request] += piece);

        Assert.Equal(results.Select(result => result.Text), told);
    }

    [Fact]
    public void A_picture_goes_through_the_vision_tower_once_for_all_its_questions()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var requests = Requests(generator).ToList();

        generator.Generate(requests, new GenerationOptions { MaximumNewTokens = 2, BatchSize = 2 });
        generator.Generate(requests, new GenerationOptions { MaximumNewTokens = 2, BatchSize = 4 });

        Assert.Equal(2, generator.PicturesComputed);
    }

    [Fact]
    public void A_conversation_goes_on_after_an_answer_that_was_stopped()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var talk = new Conversation(generator, new GenerationOptions { MaximumNewTokens = 60 }, GoldenData.Require("small/model/images/img0_120x80.png"));
        using var stop = new CancellationTokenSource();
        var said = "";

        Assert.Throws<OperationCanceledException>(() => talk.Ask("What is this?", piece =>
        {
            said += piece;
            stop.Cancel();
        }, stop.Token));
        Assert.NotEqual("", said);

        var next = "";
        Assert.Equal(AnswerEnd.MostTokens, talk.Ask("And then?", piece => next += piece, CancellationToken.None));
        ConversationTurn[] turns = [new("What is this?", said, HasImage: true), new("And then?")];
        var request = new GenerationRequest(VicunaPrompt.Encode(generator.Tokenizer, turns), GoldenData.Require("small/model/images/img0_120x80.png"));
        Assert.Equal(generator.Generate([request], new GenerationOptions { MaximumNewTokens = 60 })[0].Text, next);
    }

    [Fact]
    public void An_answer_that_fills_the_models_positions_says_so()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var talk = new Conversation(generator, new GenerationOptions { MaximumNewTokens = 1_000_000 }, null);
        Assert.Equal(AnswerEnd.NoMorePositions, talk.Ask("What is this?", _ => { }, CancellationToken.None));
    }

    [Fact]
    public void An_empty_stop_string_and_endless_beams_are_refused()
    {
        Assert.EndsWith("an empty stop string would end every answer before it begins", Assert.Throws<DiagnosticException>(() => new GenerationOptions { StopStrings = ["", "x"] }.Check()).Message, StringComparison.Ordinal);
        Assert.EndsWith("there are from 1 to 64 beams, and at least 1 new token", Assert.Throws<DiagnosticException>(() => new GenerationOptions { Beams = 65 }.Check()).Message, StringComparison.Ordinal);
        Assert.Throws<DiagnosticException>(() => new GenerationOptions { Sampling = new Sampling(double.PositiveInfinity) }.Check());
    }

    [Fact]
    public void A_stop_string_ends_the_answer_before_it()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var request = Requests(generator).First();
        var whole = generator.Generate([request], new GenerationOptions { MaximumNewTokens = NewTokens })[0];
        var stop = whole.Text[(whole.Text.Length / 2)..(whole.Text.Length / 2 + 2)];

        var stopped = generator.Generate([request], new GenerationOptions { MaximumNewTokens = NewTokens, StopStrings = [stop] })[0];

        Assert.Equal(whole.Text[..whole.Text.IndexOf(stop, StringComparison.Ordinal)].Trim(), stopped.Text);
        Assert.True(stopped.TokenIds.Count < whole.TokenIds.Count);
        Assert.False(stopped.IsCutOff);
    }

    [Theory]
    [InlineData(0), InlineData(65)]
    public void A_batch_that_is_too_large_or_too_small_is_refused(int size)
    {
        var error = Assert.Throws<DiagnosticException>(() => new GenerationOptions { BatchSize = size }.Check());
        Assert.Equal($"llava: error LLAVA1009: a batch has from 1 to 64 prompts, not {size}", error.Diagnostics.Single().ToString());
    }

    [Fact]
    public void Beams_and_a_temperature_exclude_each_other()
    {
        using var folder = new TemporaryFolder();
        using var generator = LlavaGenerator.Load(GoldenLlava.Write("small/", folder.Path), CPU);
        var error = Assert.Throws<DiagnosticException>(() => generator.Generate([], new GenerationOptions { Beams = 2, Sampling = new Sampling(1) }));
        Assert.Equal("llava: error LLAVA1009: beam search draws nothing: leave out either the beams or the temperature", error.Diagnostics.Single().ToString());
    }

    // Of different lengths, some with a picture.
    static IEnumerable<GenerationRequest> Requests(LlavaGenerator generator)
    {
        string?[] pictures = ["img0_120x80.png", null, "img6_57x300.png"];
        for (var question = 0; question < Questions; question++)
        {
            var image = pictures[question % 3] is { } name ? GoldenData.Require($"small/model/images/{name}") : null;
            var text = $"What is {string.Join(" and ", Enumerable.Range(0, 1 + question % 4))}?";
            yield return GenerationRequest.FromText(generator.Tokenizer, text, image) with { Key = $"question {question}" };
        }
    }
}
