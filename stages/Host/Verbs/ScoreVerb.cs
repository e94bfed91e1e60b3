using System.CommandLine;
using Llava.Evaluate;
using Llava.Evaluate.Benchmarks;

namespace Llava.Host.Verbs;

static class ScoreVerb
{
    public static Command Create()
    {
        var benchmark = new Argument<string>("benchmark") { Description = $"one of {string.Join(", ", BenchmarkTable.Names)}" };
        var answers = new Option<string>("--answers") { Description = "answers.jsonl in the LLaVA repository's format (mme: or a folder of results; llavabench: saved reviews)", Required = true };
        var annotations = new Option<string?>("--annotations") { Description = "the benchmark's annotation file, or the folder with its annotation files" };
        var questions = new Option<string?>("--questions") { Description = "the question file, where scoring needs it and it is not beside the annotations (pope)" };
        var upload = new Option<string?>("--upload") { Description = "write the file that the benchmark's server or own script takes" };
        var baseline = new Option<string?>("--baseline") { Description = "answers of another model, to compare with by a paired test" };
        var json = new Option<bool>("--json") { Description = "print score.json's text to standard output" };
        var command = new Command("score", "Scores answers to a benchmark, without a model.") { benchmark, answers, annotations, questions, upload, baseline, json };
        command.SetAction(parsed =>
        {
            var options = new ScoreOptions(
                parsed.GetRequiredValue(benchmark),
                parsed.GetRequiredValue(answers),
                parsed.GetValue(annotations),
                parsed.GetValue(questions),
                parsed.GetValue(upload),
                parsed.GetValue(baseline));
            if (ScoreStage.Run(options, VerbRunner.Log) is { } report)
                Print(report, parsed.GetValue(json));
        });
        return command;
    }

    static void Print(ScoreReport report, bool asJson)
    {
        if (asJson)
            System.Console.Out.Write(report.ToJson());
        else
            System.Console.Out.WriteLine(string.Join(Environment.NewLine, report.ToLines()));
    }
}
