using System.Collections.Concurrent;
using System.Security.Cryptography;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Data.Images;
using Llava.Preprocess.Conversion;
using Llava.Preprocess.Shards;
using Llava.Preprocess.Verification;

namespace Llava.Preprocess.Parquet;

/// <summary>
/// Where the pictures inside a parquet set are written. Bytes that are in the wanted format already are copied as they are, after a look at
/// their size and end, and only decoded where a full look is asked for; others are encoded anew. One for each parquet file. Thread-safe.
/// </summary>
sealed class PictureFolder(string folder, PictureVerification verification)
{
    readonly ConcurrentDictionary<string, Place> _places = new(StringComparer.Ordinal);

    public StoredFile StorePng(string relativePath, byte[]? bytes, string sampleId) => Store(relativePath, bytes, sampleId, ImageFormat.Png, (picture, output) => PngWriter.Write(output, picture.Width, picture.Height, picture.Pixels));

    public StoredFile StoreJpeg(string relativePath, byte[]? bytes, string sampleId) => Store(relativePath, bytes, sampleId, ImageFormat.Jpeg, (picture, output) => JpegWriter.Write(output, picture));

    StoredFile Store(string relativePath, byte[]? bytes, string sampleId, ImageFormat wanted, Action<RgbImage, Stream> encode)
    {
        if (!ImagePath.StaysInside(relativePath))
            throw new UnusableSampleException(ErrorCatalog.UnsafeImagePath, sampleId, $"the image path \"{relativePath}\" leaves the image folder");
        if (ImageFormatSniffer.Sniff(bytes) == wanted && IsWhole(bytes) && verification != PictureVerification.Full)
            return Claim(relativePath, bytes, sampleId);
        using var picture = Decode(bytes, relativePath, sampleId);
        return Claim(relativePath, ImageFormatSniffer.Sniff(bytes) == wanted ? bytes : Encoded(picture, encode), sampleId);
    }

    /// <summary>Otherwise the decoder may say what is wrong.</summary>
    static bool IsWhole(ReadOnlySpan<byte> file) =>
        ImageHeader.ReadSize(file) is ( > 0, > 0) and var (width, height) && width <= ImageDecoder.DefaultMaximumPixels / height && ImageHeader.ReachesEnd(file);

    /// <summary>Another sample may show the same picture, but none may put its own in place of one that was learned from by name.</summary>
    StoredFile Claim(string relativePath, ReadOnlySpan<byte> content, string sampleId)
    {
        var sha256 = Convert.ToHexStringLower(SHA256.HashData(content));
        var place = _places.GetOrAdd(relativePath, _ => new Place());
        lock (place)
        {
            place.Stored ??= Write(relativePath, content, sha256);
            return place.Stored.Sha256 == sha256
                ? place.Stored
                : throw new UnusableSampleException(ErrorCatalog.UnusableImage, sampleId, $"{relativePath}: another sample has another picture of this name");
        }
    }

    StoredFile Write(string relativePath, ReadOnlySpan<byte> content, string sha256)
    {
        var path = Path.Combine(folder, relativePath);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        // Not AtomicFile: a flush to the disk for each of half a million pictures takes hours. The .jsonl that names them is flushed, and comes last.
        var partial = AtomicFile.TemporaryPathOf(path);
        File.WriteAllBytes(partial, content);
        File.Move(partial, path, overwrite: true);
        return new StoredFile(relativePath, content.Length, File.GetLastWriteTimeUtc(path).Ticks, sha256);
    }

    sealed class Place
    {
        public StoredFile? Stored { get; set; }
    }

    static ReadOnlySpan<byte> Encoded(RgbImage picture, Action<RgbImage, Stream> encode)
    {
        var file = new MemoryStream();
        encode(picture, file);
        return file.GetBuffer().AsSpan(0, (int)file.Length);
    }

    static RgbImage Decode(byte[]? bytes, string name, string sampleId)
    {
        try
        {
            return ImageDecoder.Decode(bytes, name);
        }
        catch (DiagnosticException error)
        {
            throw new UnusableSampleException(ErrorCatalog.UnusableImage, sampleId, $"{name}: {error.Diagnostics[0].Message}");
        }
    }
}
