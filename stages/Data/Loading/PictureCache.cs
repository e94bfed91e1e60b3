using System.Collections.Concurrent;
using Llava.Data.Images;

namespace Llava.Data.Loading;

/// <summary>
/// Transformed pictures (8-bit, before to_tensor) of data so small that all of them fit: training on it reads each file once.
/// Larger data is not cached at all: in an epoch's order, a part would hardly ever be hit.
/// </summary>
sealed class PictureCache(ImagePipeline pipeline, long sampleCount, long maximumBytes)
{
    readonly ConcurrentDictionary<string, RgbImage> _pictures = new(StringComparer.Ordinal);
    readonly bool _isUsed = BytesOf(sampleCount, pipeline.ValueCount, maximumBytes) > 0;

    /// <summary>What it will hold once every picture was read; 0 where it is not used.</summary>
    public static long BytesOf(long sampleCount, int imageValueCount, long maximumBytes) => sampleCount <= maximumBytes / imageValueCount ? sampleCount * imageValueCount : 0;

    public void Load(string path, LlavaBatch batch, int slot)
    {
        if (_pictures.TryGetValue(path, out var cached))
        {
            Write(cached, batch, slot);
            return;
        }
        var picture = pipeline.LoadPicture(path);
        Write(picture, batch, slot);
        // Two workers may decode one file at a time: the same pixels, one of them kept.
        if (!_isUsed || !_pictures.TryAdd(path, picture))
            picture.Dispose();
    }

    public void Blank(LlavaBatch batch, int slot)
    {
        if (batch.ImageDataHalf.Length > 0)
            pipeline.Blank(batch.ImageDataHalf.AsSpan(slot * pipeline.ValueCount, pipeline.ValueCount));
        else
            pipeline.Blank(batch.ImageDataSingle.AsSpan(slot * pipeline.ValueCount, pipeline.ValueCount));
    }

    void Write(RgbImage picture, LlavaBatch batch, int slot)
    {
        if (batch.ImageDataHalf.Length > 0)
            pipeline.WriteValues(picture, batch.ImageDataHalf.AsSpan(slot * pipeline.ValueCount, pipeline.ValueCount));
        else
            pipeline.WriteValues(picture, batch.ImageDataSingle.AsSpan(slot * pipeline.ValueCount, pipeline.ValueCount));
    }
}
