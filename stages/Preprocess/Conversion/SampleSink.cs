using System.Buffers;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Data.Images;
using Llava.Data.Json;
using Llava.Preprocess.Shards;

namespace Llava.Preprocess.Conversion;

/// <summary>Takes the samples of one batch, good ones as lines and others as entries of the ledger.</summary>
sealed class SampleSink
{
    readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    readonly PythonJsonWriter _json;
    readonly List<QuarantinedSample> _quarantined = [];
    readonly List<StoredFile> _pictures = [];
    readonly string _fileName;
    readonly bool _mend;
    int _written;

    public SampleSink(string fileName, bool mend)
    {
        _fileName = fileName;
        _mend = mend;
        _json = new PythonJsonWriter(_lines);
    }

    /// <summary>The raw sample's line, or place in its array or table, from 1.</summary>
    public long Number { get; set; }

    /// <summary>One question about one image and its answer, in LLaVA's form.</summary>
    /// <param name="question">Without the image token.</param>
    /// <param name="storePicture">Runs when the sample is known to be good otherwise; may still refuse it.</param>
    public void Emit(PythonValue id, string image, string question, PythonValue answer, Func<StoredFile>? storePicture = null)
    {
        if (!ImagePath.StaysInside(image))
            throw new UnusableSampleException(ErrorCatalog.UnsafeImagePath, id.Formatted, $"the image path \"{image}\" leaves the image folder");
        if (_mend)
            answer = AsText(answer, id);
        if (storePicture is not null)
            _pictures.Add(storePicture());
        _json.WriteRaw("{\"id\": "u8);
        _json.Write(id);
        _json.WriteRaw(", \"image\": "u8);
        _json.WriteText(image);
        _json.WriteRaw(", \"conversations\": [{\"from\": \"human\", \"value\": "u8);
        _json.WriteText("<image>\n" + question);
        _json.WriteRaw("}, {\"from\": \"gpt\", \"value\": "u8);
        _json.Write(answer);
        _json.WriteRaw("}]}\n"u8);
        _written++;
    }

    /// <summary>A sample that is in its final form.</summary>
    public void EmitValue(PythonValue value)
    {
        _json.Write(value);
        _json.WriteRaw("\n"u8);
        _written++;
    }

    /// <summary>As <see cref="EmitValue"/>, unparsed; false where the sample wants a closer look, and nothing is written.</summary>
    public bool TryCopy(ReadOnlySpan<byte> json)
    {
        var room = _lines.GetSpan(PythonJsonCopy.RoomFor(json.Length) + 1);
        var length = PythonJsonCopy.TryCopy(json, room);
        if (length < 0 || !HasSafeImage(room[..length]))
            return false;
        room[length] = (byte)'\n';
        _lines.Advance(length + 1);
        _written++;
        return true;
    }

    public void Refuse(ErrorCode code, string? sampleId, string reason) => _quarantined.Add(new QuarantinedSample(_fileName, Number, sampleId, code, reason));

    /// <summary>Runs one sample's conversion; what makes the sample unusable goes into the ledger.</summary>
    public void Attempt(Action convert)
    {
        try
        {
            convert();
        }
        catch (UnusableSampleException error)
        {
            Refuse(error.Code, error.SampleId, error.Message);
        }
    }

    public ConvertedBatch ToBatch(long inputPosition) => new(_lines.WrittenMemory, _written, _quarantined, _pictures, inputPosition);

    static bool HasSafeImage(ReadOnlySpan<byte> line)
    {
        TopLevelFields.Find(line, "image"u8, "id"u8, out var image, out _);
        return image is not [(byte)'"', .. var path, (byte)'"'] || (path is not [(byte)'/', ..] && !path.ContainsAny("\\."u8)) || ImagePath.StaysInside(PythonJsonParser.Parse(image).Formatted!);
    }

    static PythonValue.Text AsText(PythonValue answer, PythonValue id) => answer switch
    {
        PythonValue.Text text => text,
        PythonValue.Number or PythonValue.Boolean => new PythonValue.Text(answer.Formatted!),
        _ => throw new UnusableSampleException(ErrorCatalog.NoAnswer, id.Formatted, "the answer is neither a string nor a number"),
    };
}
