using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Contamination;

/// <summary>Looks for a benchmark's pictures among those of the training. Only files of equal size are read.</summary>
sealed class ContaminationCheck(TrainingPictures training, FileHashCache hashes)
{
    public ContaminationReport Run(IReadOnlyList<Question> questions, Func<string, string> fullPathOf)
    {
        var asked = questions.Where(question => question.Image is not null).GroupBy(question => question.Image!.Name)
            .Select(group => (Image: group.First().Image!, Questions: group.Count())).ToList();
        var files = asked.Where(picture => picture.Image.Path is not null).ToDictionary(picture => picture.Image.Name, picture => new FileInfo(fullPathOf(picture.Image.Path!)), StringComparer.Ordinal);
        var sizes = asked.Select(picture => SizeOf(picture.Image)).ToHashSet();
        var candidates = training.Files.Where(file => sizes.Contains(file.Length)).ToList();
        var trainedOn = candidates.Select(hashes.Of).ToHashSet(StringComparer.Ordinal);
        var candidateSizes = candidates.Select(file => file.Length).ToHashSet();
        var known = asked.Where(picture => candidateSizes.Contains(SizeOf(picture.Image)) && trainedOn.Contains(HashOf(picture.Image)))
            .OrderBy(picture => picture.Image.Name, StringComparer.Ordinal).ToList();
        hashes.Save();
        return new ContaminationReport(training.Files.Count, training.AbsentCount, training.RefusedCount, asked.Count, [.. known.Select(picture => picture.Image.Name)], known.Sum(picture => picture.Questions));

        long SizeOf(QuestionImage image) => image.Bytes?.Length ?? files[image.Name].Length;
        // The name of bytes is their hash.
        string HashOf(QuestionImage image) => image.Path is null ? image.Name : hashes.Of(files[image.Name]);
    }
}
