using System.Security.Cryptography;
using Llava.Contracts.Files;
using Llava.Evaluate.Questions;

namespace Llava.Evaluate.Answering;

/// <summary>Finds and digests the pictures of questions.</summary>
/// <param name="scratchFolder">Receives pictures that the question file itself holds.</param>
sealed class PictureSource(ImageFolder folder, string questionsPath, string scratchFolder)
{
    PictureFile? _last;

    public PictureFile? Find(QuestionImage? image) => image switch
    {
        null => null,
        { Path: { } path } => Digest(folder.Resolve(path, questionsPath)),
        _ => Unpack(image.Bytes),
    };

    // Question files ask several questions about one picture in a row.
    PictureFile Digest(string path)
    {
        if (_last?.Path == path)
            return _last;
        using var stream = File.OpenRead(path);
        return _last = new PictureFile(path, Convert.ToHexStringLower(SHA256.HashData(stream)));
    }

    PictureFile Unpack(ReadOnlyMemory<byte> bytes)
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span));
        var path = Path.Combine(scratchFolder, hash);
        if (!File.Exists(path))
            AtomicFile.WriteAllBytes(path, bytes.Span);
        return new PictureFile(path, hash);
    }
}
