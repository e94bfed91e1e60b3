using System.Security.Cryptography;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Contamination;

/// <summary>Looks for a benchmark's pictures among those of the training. Only files of equal size are read.</summary>
sealed class ContaminationCheck(IReadOnlyList<FileInfo> trainingPictures, PictureHashCache hashes)
{
    public ContaminationReport Run(IReadOnlyList<Question> questions, Func<string, string> fullPathOf)
    {
        var asked = questions.Where(question => question.Image is not null).GroupBy(question => NameOf(question.Image!)).Select(group => (Name: group.Key, Image: group.First().Image!, Questions: group.Count())).ToList();
        var files = asked.Where(picture => picture.Image.Path is not null).ToDictionary(picture => picture.Name, picture => new FileInfo(fullPathOf(picture.Image.Path!)), StringComparer.Ordinal);
        var sizes = asked.Select(picture => SizeOf(picture.Name, picture.Image)).ToHashSet();
        var candidates = trainingPictures.Where(file => sizes.Contains(file.Length)).ToList();
        var trainedOn = candidates.Select(hashes.Of).ToHashSet(StringComparer.Ordinal);
        var candidateSizes = candidates.Select(file => file.Length).ToHashSet();
        var known = asked.Where(picture => candidateSizes.Contains(SizeOf(picture.Name, picture.Image)) && trainedOn.Contains(HashOf(picture.Name, picture.Image)))
            .OrderBy(picture => picture.Name, StringComparer.Ordinal).ToList();
        hashes.Save();
        return new ContaminationReport(trainingPictures.Count, asked.Count, [.. known.Select(picture => picture.Name)], known.Sum(picture => picture.Questions));

        long SizeOf(string name, QuestionImage image) => image.Path is null ? image.Bytes.Length : files[name].Length;
        string HashOf(string name, QuestionImage image) => image.Path is null ? name : hashes.Of(files[name]);
    }

    // A picture inside the question file has no name but its hash.
    static string NameOf(QuestionImage image) => image.Path ?? Convert.ToHexStringLower(SHA256.HashData(image.Bytes.Span));
}
