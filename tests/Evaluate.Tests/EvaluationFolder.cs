using System.Text.Json;
using Llava.Data.Images;

namespace Llava.Evaluate.Tests;

/// <summary>Every benchmark's files where they lie for the LLaVA repository (playground/data/eval), or as the preprocess step writes them: few questions, drawn pictures.</summary>
sealed class EvaluationFolder(TemporaryFolder folder)
{
    const string SingleWord = "Answer the question using a single word or phrase.";
    const string Letter = "Answer with the option's letter from the given choices directly.";

    public static readonly string[] MmeCategories =
    [
        "existence", "count", "position", "color", "posters", "celebrity", "scene", "landmark", "artwork", "OCR",
        "commonsense_reasoning", "numerical_calculation", "text_translation", "code_reasoning",
    ];

    /// <param name="Annotations">Null: the questions, or none.</param>
    public sealed record Files(string Questions, string Images, string? Annotations = null);

    public Files Write(string benchmark) => benchmark switch
    {
        "vqav2" => WriteVqaV2(),
        "gqa" => new(
            Asked("gqa/llava_gqa_testdev_balanced.jsonl", new { question_id = "201307251", image = Picture("gqa/data/images", "n161313.jpg"), text = $"Is it overcast?\n{SingleWord}", category = "default" }),
            Full("gqa/data/images"),
            folder.Write("gqa/data/testdev_balanced_questions.json", """{"201307251": {"answer": "no"}}""")),
        "vizwiz" => new(
            Asked("vizwiz/llava_test.jsonl", new { question_id = 0, image = Picture("vizwiz/test", "VizWiz_test_00000000.jpg"), text = $"What is this?\nWhen the provided information is insufficient, respond with 'Unanswerable'.\n{SingleWord}", category = "default" }),
            Full("vizwiz/test")),
        "scienceqa" => WriteScienceQa(),
        "textvqa" => new(
            Asked("textvqa/llava_textvqa_val_v051_ocr.jsonl", new { question_id = "003a8ae2ef43b901", image = Picture("textvqa/train_images", "003a8ae2ef43b901.jpg"), text = $"What is the brand?\nReference OCR token: DAKOTA\n{SingleWord}", category = "default" }),
            Full("textvqa/train_images"),
            folder.Write("textvqa/TextVQA_0.5.1_val.json", JsonSerializer.Serialize(new { data = new[] { new { image_id = "003a8ae2ef43b901", question = "What is the brand?", answers = Enumerable.Repeat("dakota", 10) } } }))),
        "pope" => WritePope(),
        "mme" => WriteMme(),
        "mmbench" => new(Table("mmbench/mmbench_dev_20230712.tsv"), Full("mmbench")),
        "mmbench_cn" => new(Table("mmbench_cn/mmbench_dev_cn_20231003.tsv"), Full("mmbench_cn")),
        "seed" => new(
            Asked("seed_bench/llava-seed-bench.jsonl", new { question_id = "101669", image = Picture("seed_bench", "SEED-Bench-image/1454426_2591111986"), text = $"How many?\nA. One\nB. Two\n{Letter}", category = "Instances Counting" }),
            Full("seed_bench"),
            folder.Write("seed_bench/SEED-Bench.json", """{"question_type": {"Instances Counting": 5}, "questions": [{"question_id": "101669", "answer": "A", "question_type_id": 5, "data_type": "image"}]}""")),
        "llavabench" => new(
            Asked("llava-bench-in-the-wild/questions.jsonl", new { question_id = 0, image = Picture("llava-bench-in-the-wild/images", "001.jpg"), category = "conv", text = "What is it?" }),
            Full("llava-bench-in-the-wild/images")),
        "mmvet" => new(
            Asked("mm-vet/llava-mm-vet.jsonl", new { question_id = 0, image = Picture("mm-vet/images", "v1_0.png"), text = "What is x in the equation?", category = "conv" }),
            Full("mm-vet/images")),
        "chartqa" => Prepared("chartqa", "1", "test_human_llava.jsonl", "test_augmented_llava.jsonl"),
        "docvqa" => Prepared("docvqa", "1", "val_v1.0_withQT_llava.jsonl") with { Annotations = folder.Write("docvqa/val_v1.0_withQT.json", """{"data": [{"questionId": 7, "answers": ["1", "one"]}]}""") },
        "infographicsvqa" => Prepared("infographicsvqa", "1", "infographicsVQA_val_v1.0_withQT_llava.jsonl") with { Annotations = folder.Write("infographicsvqa/infographicsVQA_val_v1.0_withQT.json", """{"data": [{"questionId": 7, "answers": ["1", "one"]}]}""") },
        _ => Prepared("ai2d", "b) stem", "ai2d_llava.jsonl"),
    };

    Files WriteVqaV2()
    {
        folder.WriteLines("vqav2/llava_vqav2_mscoco_test2015.jsonl", """{"question_id": 262144000}""", """{"question_id": 262144001}""");
        return new(
            Asked("vqav2/llava_vqav2_mscoco_test-dev2015.jsonl", new { question_id = 262144001, image = Picture("vqav2/test2015", "COCO_test2015_000000262144.jpg"), text = $"Is the ball flying?\n{SingleWord}", category = "default" }),
            Full("vqav2/test2015"),
            Full("vqav2/llava_vqav2_mscoco_test2015.jsonl"));
    }

    Files WriteScienceQa()
    {
        object[] withPicture = [new { from = "human", value = "Which one?\nA. red\nB. blue\n<image>" }, new { from = "gpt", value = "A" }];
        object[] textOnly = [new { from = "human", value = "Which figure of speech?\nA. chiasmus\nB. apostrophe" }, new { from = "gpt", value = "B" }];
        folder.Write("scienceqa/pid_splits.json", """{"test": ["4", "5"]}""");
        folder.Write("scienceqa/problems.json", """{"4": {"choices": ["chiasmus", "apostrophe"], "answer": 1}, "5": {"choices": ["red", "blue"], "answer": 0}}""");
        return new(
            folder.Write("scienceqa/llava_test_CQM-A.json", JsonSerializer.Serialize(new object[] { new { id = "4", conversations = textOnly }, new { id = "5", image = Picture("scienceqa/images/test", "5/image.png"), conversations = withPicture } })),
            Full("scienceqa/images/test"),
            Full("scienceqa"));
    }

    Files WritePope()
    {
        string[] categories = ["adversarial", "popular", "random"];
        var picture = Picture("pope/val2014", "COCO_val2014_000000310196.jpg");
        foreach (var category in categories)
            folder.WriteLines($"pope/coco/coco_pope_{category}.json", JsonSerializer.Serialize(new { question_id = 1, image = picture, text = $"Is there a {category} snowboard in the image?", label = "yes" }));
        return new(
            Asked("pope/llava_pope_test.jsonl", [.. categories.Index().Select(category => new { question_id = category.Index + 1, image = picture, text = $"Is there a {category.Item} snowboard in the image?\n{SingleWord}", category = category.Item })]),
            Full("pope/val2014"),
            Full("pope/coco"));
    }

    public static string MmePicture(string category) => IsApart(category) ? $"{category}/images/0001.jpg" : $"{category}/0001.jpg";

    // The larger categories have their pictures and questions in folders of their own.
    static bool IsApart(string category) => category is "posters" or "celebrity" or "scene" or "landmark" or "artwork";

    Files WriteMme()
    {
        const string Release = "MME/MME_Benchmark_release_version";
        var questions = new List<object>();
        foreach (var category in MmeCategories)
        {
            var picture = Picture(Release, MmePicture(category));
            folder.WriteLines($"{Release}/{category}/{(IsApart(category) ? "questions_answers_YN/" : "")}0001.txt", "Is it so? Please answer yes or no.\tYes", "Is it not?  Please answer yes or no.\tNo\t");
            questions.AddRange(((string[])["Is it so?", "Is it not?"]).Select(text => new { question_id = picture, image = picture, text = $"{text}\n{SingleWord}", category }));
        }
        return new(Asked("MME/llava_mme.jsonl", [.. questions]), Full(Release), Full(Release));
    }

    string Table(string name)
    {
        var (red, blue) = (Convert.ToBase64String(Png(1)), Convert.ToBase64String(Png(2)));
        return folder.WriteLines(
            name,
            "index\tquestion\thint\tA\tB\tC\tD\tanswer\tcategory\timage\tsource\tl2-category\tcomment\tsplit",
            $"241\tWhich?\tLook.\tred\tblue\t\t\tA\tcolour\t{red}\ts\tl\t\tdev",
            $"1000241\tWhich?\tLook.\tblue\tred\t\t\tB\tcolour\t{red}\ts\tl\t\tdev",
            $"242\tWhere?\t\tup\tdown\tleft\tright\tD\tplace\t{blue}\ts\tl\t\tdev");
    }

    Files Prepared(string name, string answer, params string[] files)
    {
        foreach (var file in files)
        {
            object[] conversations = [new { from = "human", value = "<image>\nHow many bars?" }, new { from = "gpt", value = answer }];
            folder.WriteLines($"{name}/{file}", JsonSerializer.Serialize(new { id = 7, image = Picture("images", $"{name}/1.png"), conversations }));
        }
        return new(Full(name), Full("images"));
    }

    string Asked(string name, params object[] questions) => folder.WriteLines(name, [.. questions.Select(question => JsonSerializer.Serialize(question))]);

    /// <returns>Its path below <paramref name="images"/>.</returns>
    string Picture(string images, string path)
    {
        var file = Full($"{images}/{path}");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, Png(path.Length));
        return path;
    }

    // A decoder goes by the content, whatever the name.
    static byte[] Png(int seed)
    {
        const int Size = 20;
        var rgb = new byte[Size * Size * RgbImage.Channels];
        new Random(seed).NextBytes(rgb);
        using var stream = new MemoryStream();
        PngWriter.Write(stream, Size, Size, rgb);
        return stream.ToArray();
    }

    string Full(string name) => Path.Combine(folder.Path, name);
}
