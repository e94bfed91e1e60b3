using System.Text.Json;

namespace Llava.Tasks.Tests;

/// <summary>The lines that end a run of the whole graph.</summary>
public sealed class PrintScoresTests
{
    const string Scored = "\"metric\": \"relaxed accuracy\", \"score\": 96.66, \"n\": 300, \"interval\": {\"low\": 94.33, \"high\": 98.67}";
    const string Blank = "\"exact_match\": 0.967, \"blank_exact_match\": 0.2633, \"most_common_answer_share\": 0.16";

    [Theory]
    [InlineData(Scored, "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300)")]
    [InlineData(Scored + ", \"published\": {\"llava-1.5-7b\": 62, \"llava-1.5-13b\": 63.3}", "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); LLaVA-1.5 published 7B 62.0, 13B 63.3")]
    [InlineData("\"score\": null, \"reason\": \"a server has its annotations\", \"published\": {\"llava-1.5-7b\": 31.1, \"llava-1.5-13b\": 36.1}", "not scored, a server has its annotations; LLaVA-1.5 published 7B 31.1, 13B 36.1")]
    [InlineData(Scored + ", " + Blank, "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); exact match 0.967, with blank pictures 0.263, most common answer 0.160")]
    [InlineData(Scored + ", \"contamination\": {\"training_pictures\": 9, \"absent_training_pictures\": 0, \"pictures\": 300, \"names\": []}", "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); none of 300 pictures trained on")]
    [InlineData(
        Scored + ", " + Blank + ", \"contamination\": {\"training_pictures\": 7, \"absent_training_pictures\": 2, \"pictures\": 9, \"names\": [\"a\", \"b\", \"c\", \"d\"]}",
        "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); exact match 0.967, with blank pictures 0.263, most common answer 0.160; 4 of 9 pictures trained on: a, b, c, ... (2 of 9 training pictures are not there to compare with)")]
    [InlineData(Scored + ", \"contamination\": {\"training_pictures\": 0, \"absent_training_pictures\": 0, \"pictures\": 3, \"names\": []}", "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); none of 3 pictures trained on (there are no training pictures to compare with)")]
    [InlineData("\"score\": null, \"reason\": \"a server has its annotations\", \"contamination\": {\"training_pictures\": 7, \"absent_training_pictures\": 0, \"pictures\": 2, \"names\": [\"a.png\"]}", "not scored, a server has its annotations; 1 of 2 pictures trained on: a.png")]
    [InlineData(Scored + ", \"contamination\": {\"training_pictures\": 9, \"pictures\": 300, \"names\": []}", "relaxed accuracy 96.7 (95 % 94.3 to 98.7, n 300); none of 300 pictures trained on")] // of an older version
    public void A_line_has_the_score_its_interval_the_published_figures_the_blank_control_and_what_was_trained_on(string score, string line)
    {
        using var document = JsonDocument.Parse($"{{{score}}}");
        Assert.Equal(line, PrintScores.Describe(document.RootElement));
    }
}
