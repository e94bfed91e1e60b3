using static Llava.Preprocess.Tests.PreprocessRun;

namespace Llava.Preprocess.Tests.Datasets;

public sealed class ChartQaPreprocessorTests
{
    [Fact]
    public async Task What_a_sample_lacks_is_said_in_the_ledger()
    {
        using var folder = ChartQa("""[{"imgname": "a.png", "query": "q"}, 7, {"imgname": ["x"], "query": "q", "label": "l"}, {"imgname": "../../../../x", "query": "q", "label": "l"}, {"imgname": 5, "query": null, "label": "l"}]""");
        await RunAsync("chartqa", folder["raw"], folder["out"], maximumQuarantine: 1);
        Assert.Equal("""{"id": 4, "image": "ChartQA_Dataset/train/png/5", "conversations": [{"from": "human", "value": "<image>\nNone"}, {"from": "gpt", "value": "l"}]}""" + "\n", File.ReadAllText(folder["out/train_human_llava.jsonl"]));
        Assert.Equal(
            """
            {"file":"train/train_human.json","line":1,"id":null,"code":"LLAVA2004","reason":"the field \"label\" is missing"}
            {"file":"train/train_human.json","line":2,"id":null,"code":"LLAVA2004","reason":"the sample is not an object"}
            {"file":"train/train_human.json","line":3,"id":null,"code":"LLAVA2004","reason":"the field \"imgname\" is neither a string nor a number"}
            {"file":"train/train_human.json","line":4,"id":"3","code":"LLAVA2006","reason":"the image path \"ChartQA_Dataset/train/png/../../../../x\" leaves the image folder"}

            """,
            File.ReadAllText(folder["out/quarantine.jsonl"]));
    }

    [Fact]
    public async Task Mending_makes_answers_text()
    {
        using var folder = ChartQa("""[{"imgname": "a", "query": "q", "label": true}, {"imgname": "a", "query": "q", "label": 1e-7}, {"imgname": "a", "query": "q", "label": null}]""");
        await RunAsync("chartqa", folder["raw"], folder["out"], mend: true, maximumQuarantine: 1);
        var lines = File.ReadAllLines(folder["out/train_human_llava.jsonl"]);
        Assert.EndsWith("\"value\": \"True\"}]}", lines[0]);
        Assert.EndsWith("\"value\": \"1e-07\"}]}", lines[1]);
        Assert.Contains("\"id\":\"2\",\"code\":\"LLAVA2005\",\"reason\":\"the answer is neither a string nor a number\"", File.ReadAllText(folder["out/quarantine.jsonl"]));
    }

    static TemporaryFolder ChartQa(string trainHuman)
    {
        var folder = new TemporaryFolder();
        foreach (var split in new[] { "train", "val", "test" })
        {
            folder.Write($"raw/{split}/{split}_human.json", split == "train" ? trainHuman : "[]");
            folder.Write($"raw/{split}/{split}_augmented.json", "[]");
        }
        return folder;
    }
}
