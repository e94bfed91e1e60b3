using Llava.Contracts.Files;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>Finds and digests the pictures of questions, each once.</summary>
sealed class PictureSource(ImageFolder folder, string questionsPath)
{
    readonly Dictionary<string, PictureFile> _known = new(StringComparer.Ordinal);

    public PictureFile? Find(QuestionImage? image)
    {
        if (image is null)
            return null;
        if (!_known.TryGetValue(image.Name, out var picture))
            _known[image.Name] = picture = image.Path is { } path ? Digest(folder.Resolve(path, questionsPath)) : new PictureFile($"{questionsPath}: picture {image.Name}", image.Name) { Bytes = image.Bytes };
        return picture;
    }

    static PictureFile Digest(string path) => new(path, FileHash.Sha256(path));
}
