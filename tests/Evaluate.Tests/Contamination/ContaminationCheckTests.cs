using Llava.Contracts.Diagnostics;
using Llava.Evaluate.Answers;
using Llava.Evaluate.Contamination;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Tests.Contamination;

public sealed class ContaminationCheckTests : IDisposable
{
    readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Pictures_of_the_training_are_found_by_content_whatever_their_name()
    {
        _folder.Write("train/a.png", "seen");
        _folder.Write("train/b.png", "SEEN");
        _folder.Write("train/unused.png", "other");
        _folder.Write("eval/renamed.png", "seen");
        _folder.Write("eval/other.png", "other");
        _folder.Write("eval/new.png", "brand new");
        _folder.WriteLines("samples/s.jsonl", """{"id": 1, "image": "a.png"}""", """{"id": 2, "image": "a.png"}""", """{"id": 3, "image": "b.png"}""", """{"id": 4}""", """{"id": 5, "image": "gone.png"}""");

        var report = Run(Asked("renamed.png"), Asked("renamed.png"), Asked("other.png"), Asked("new.png"), new Question(new QuestionId("t", IsNumber: false), "", "", null));

        Assert.Equal((2, 1, 3, 2), (report.TrainingPictures, report.AbsentTrainingPictures, report.Pictures, report.Questions));
        Assert.Equal(["renamed.png"], report.Known);
        Assert.Equal("  trained on          1 of 3 pictures, 2 questions (compared with 2 training pictures, 1 more are not there): renamed.png", report.ToLine());
        Assert.Equal("""{"training_pictures":2,"absent_training_pictures":1,"refused_training_samples":0,"pictures":3,"trained_on":1,"questions":2,"names":["renamed.png"]}""", report.ToNode().ToJsonString());
    }

    [Fact]
    public void That_nothing_could_be_compared_is_said()
    {
        _folder.Write("eval/new.png", "brand new");
        _folder.WriteLines("samples/s.jsonl", """{"id": 1, "image": "a.png"}""", """{"id": 2, "image": "b.png"}""");
        Assert.Equal("  trained on          0 of 1 pictures, 0 questions (compared with 0 training pictures, 2 more are not there)", Run(Asked("new.png")).ToLine());
    }

    [Fact]
    public void Broken_lines_and_pictures_outside_the_folder_are_refused_and_counted()
    {
        var outside = _folder.Write("outside.png", "seen");
        _folder.Write("train/a.png", "unseen");
        _folder.Write("eval/new.png", "seen");
        _folder.WriteLines("samples/s.jsonl", """{"id": 1, "image": "../outside.png"}""", $$"""{"id": 2, "image": "{{outside}}"}""", """{"id": 3, "im""", "[]", """{"id": 4, "image": "a.png"}""");

        var report = Run(Asked("new.png"));

        Assert.Equal((1, 0, 4), (report.TrainingPictures, report.AbsentTrainingPictures, report.RefusedTrainingSamples));
        Assert.Equal("  trained on          0 of 1 pictures, 0 questions (compared with 1 training pictures, 4 samples are refused)", report.ToLine());
    }

    [Fact]
    public void A_picture_inside_the_question_file_is_compared_too()
    {
        _folder.Write("train/a.png", "seen");
        _folder.WriteLines("samples/s.jsonl", """{"id": 1, "image": "a.png"}""");
        var report = Run(new Question(new QuestionId("1", IsNumber: true), "", "", QuestionImage.Holding("seen"u8.ToArray())), new Question(new QuestionId("2", IsNumber: true), "", "", QuestionImage.Holding("seem"u8.ToArray())));
        Assert.Single(report.Known);
    }

    [Fact]
    public void A_hash_is_kept_until_size_or_time_of_the_file_change()
    {
        var (picture, cache) = (_folder.Write("p.png", "one"), Path.Combine(_folder.Path, "hashes.tsv"));
        var first = Hash();
        var time = File.GetLastWriteTimeUtc(picture);
        File.WriteAllText(picture, "two");
        File.SetLastWriteTimeUtc(picture, time);
        Assert.Equal(first, Hash());
        File.SetLastWriteTimeUtc(picture, time.AddSeconds(1));
        Assert.NotEqual(first, Hash());

        string Hash()
        {
            var hashes = new FileHashCache(cache);
            var hash = hashes.Of(new FileInfo(picture));
            hashes.Save();
            return hash;
        }
    }

    [Fact]
    public void A_test_set_is_chosen_by_a_list_of_pictures()
    {
        Question[] all = [Asked("ai2d/images/1.png"), Asked("ai2d/images/2.png"), Asked("ai2d/images/1.png"), Asked("ai2d/images/3.png")];
        var log = new RecordingLog();
        Assert.Equal([all[0], all[2], all[3]], PictureSelection.Choose(all, _folder.WriteLines("list.csv", "image_id", "1", "3.png,x"), log));
        Assert.Empty(log.Lines);

        Assert.Equal([all[0], all[2]], PictureSelection.Choose(all, _folder.WriteLines("more.csv", "1", "7"), log));
        Assert.Equal([$"{Path.Combine(_folder.Path, "more.csv")}: warning LLAVA6102: 1 of 2 listed pictures have no question; the first is 7"], log.Lines);

        var error = Assert.Throws<DiagnosticException>(() => PictureSelection.Choose(all, _folder.WriteLines("bad.csv", "8", "7"), log));
        Assert.Equal($"{Path.Combine(_folder.Path, "bad.csv")}: error LLAVA6102: no picture that it lists has a question", error.Diagnostics.Single().ToString());
    }

    ContaminationReport Run(params Question[] questions) =>
        new ContaminationCheck(TrainingPictures.Find([Path.Combine(_folder.Path, "samples")], Path.Combine(_folder.Path, "train")), new FileHashCache(null))
            .Run(questions, path => Path.Combine(_folder.Path, "eval", path));

    static Question Asked(string image) => new(new QuestionId(image, IsNumber: false), "", "", new QuestionImage(image));
}
