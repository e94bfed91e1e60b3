using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using Llava.Contracts.Diagnostics;
using Llava.Conversion.Formats;
using Llava.Conversion.Inspection;
using Llava.Model.Checkpoints;
using Llava.Model.Mapping;

namespace Llava.Conversion.Tokenizers;

/// <summary>
/// Rows of the token table and the head for tokens that the model never saw, by transformers' rule: from a normal distribution with
/// the mean of the known embeddings and 1e-5 of their covariance. A sum of the centred embeddings with weights from N(0, 1) has
/// just that covariance, so it is drawn as one, without ever building the matrix.
/// </summary>
sealed class AddedTokenRows
{
    const double CovarianceScale = 1e-5;
    static readonly string[] Tables = ["model.embed_tokens.weight", "lm_head.weight"];

    readonly Dictionary<string, float[]> _rows = [];

    AddedTokenRows(int count) => Count = count;

    public int Count { get; }

    /// <exception cref="DiagnosticException">The tables hold whole numbers.</exception>
    public static AddedTokenRows Draw(ICheckpointReader text, int count, long seed, CancellationToken cancellation)
    {
        CheckTypes(text);
        var added = new AddedTokenRows(count);
        var embeddings = text.Get(Tables[0]);
        var width = (int)embeddings.Shape[1];
        var mean = Mean(text, embeddings, width, cancellation);
        foreach (var table in Tables)
            added._rows[table] = Tile(mean, count);
        var random = Tables.Select(table => new SplitMix64(seed, $"added tokens of {table}")).ToArray();
        var scale = Math.Sqrt(CovarianceScale / embeddings.Rows);
        ForEachRow(text, embeddings, width, cancellation, row =>
        {
            for (var i = 0; i < width; i++)
                row[i] -= mean[i];
            for (var table = 0; table < Tables.Length; table++)
            {
                for (var target = 0; target < count; target++)
                    AddScaled(added._rows[Tables[table]].AsSpan(target * width, width), row, (float)(scale * NextNormal(random[table])));
            }
        });
        return added;
    }

    public byte[] RowsFor(string table, ElementType type)
    {
        var values = _rows[table];
        var bytes = new byte[values.Length * type.SizeInBytes()];
        for (var i = 0; i < values.Length; i++)
            Write(bytes.AsSpan(i * type.SizeInBytes()), type, values[i]);
        return bytes;
    }

    static void CheckTypes(ICheckpointReader text) => DiagnosticException.ThrowIfAny(
    [
        .. Tables.Select(text.Get).Where(table => !table.ElementType.IsFloatingPoint()).Select(text.StoredAs)
            .Select(table => ErrorCatalog.UnsupportedTensor.At(table.File, $"{table.Name} {table} is not of floating point: no rows for added tokens can be drawn like its own")),
    ]);

    static float[] Mean(ICheckpointReader text, TensorInfo embeddings, int width, CancellationToken cancellation)
    {
        var sum = new double[width];
        ForEachRow(text, embeddings, width, cancellation, row =>
        {
            for (var i = 0; i < width; i++)
                sum[i] += row[i];
        });
        return [.. sum.Select(value => (float)(value / embeddings.Rows))];
    }

    static void ForEachRow(ICheckpointReader text, TensorInfo embeddings, int width, CancellationToken cancellation, Action<float[]> use)
    {
        var bytes = new byte[embeddings.RowByteLength];
        var row = new float[width];
        for (long number = 0; number < embeddings.Rows; number++)
        {
            cancellation.ThrowIfCancellationRequested();
            text.Read(embeddings, number * bytes.Length, bytes);
            for (var i = 0; i < width; i++)
                row[i] = (float)ElementValues.At(embeddings.ElementType, bytes, i);
            use(row);
        }
    }

    static float[] Tile(float[] mean, int count) => [.. Enumerable.Repeat(mean, count).SelectMany(row => row)];

    static void AddScaled(Span<float> target, float[] row, float weight)
    {
        var sums = MemoryMarshal.Cast<float, Vector<float>>(target);
        var values = MemoryMarshal.Cast<float, Vector<float>>(row.AsSpan());
        for (var i = 0; i < sums.Length; i++)
            sums[i] += values[i] * weight;
        for (var i = sums.Length * Vector<float>.Count; i < target.Length; i++)
            target[i] += row[i] * weight;
    }

    // Box and Muller 1958.
    static double NextNormal(SplitMix64 random) => Math.Sqrt(-2 * Math.Log(1 - random.NextUnit())) * Math.Cos(2 * Math.PI * random.NextUnit());

    static void Write(Span<byte> target, ElementType type, float value)
    {
        switch (type)
        {
            case ElementType.Float64: BinaryPrimitives.WriteDoubleLittleEndian(target, value); break;
            case ElementType.Float32: BinaryPrimitives.WriteSingleLittleEndian(target, value); break;
            case ElementType.Float16: BinaryPrimitives.WriteHalfLittleEndian(target, (Half)value); break;
            case ElementType.BFloat16: BinaryPrimitives.WriteUInt16LittleEndian(target, RoundToBFloat16(value)); break;
            default: throw new ArgumentOutOfRangeException(nameof(type), type, "a token table of no floating-point type");
        }
    }

    // To nearest, ties to even.
    static ushort RoundToBFloat16(float value)
    {
        var bits = BitConverter.SingleToUInt32Bits(value);
        return (ushort)((bits + 0x7fff + ((bits >> 16) & 1)) >> 16);
    }
}
