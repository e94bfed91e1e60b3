using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace Llava.Generate.Search;

/// <summary>
/// Random numbers without a state: each is a function of seed, question and step. So a question's draws are the same in any batch, in any
/// order, and in a run that was stopped and goes on.
/// </summary>
static class CounterDraw
{
    const int RandomBits = 53;

    /// <returns>From 0 up to but not including 1, evenly spread.</returns>
    public static double Uniform(long seed, string key, int step)
    {
        var counter = new byte[sizeof(long) + sizeof(int) + Encoding.UTF8.GetByteCount(key)];
        BinaryPrimitives.WriteInt64LittleEndian(counter, seed);
        BinaryPrimitives.WriteInt32LittleEndian(counter.AsSpan(sizeof(long)), step);
        Encoding.UTF8.GetBytes(key, counter.AsSpan(sizeof(long) + sizeof(int)));
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(SHA256.HashData(counter));
        return (bits >> (64 - RandomBits)) * Math.ScaleB(1, -RandomBits);
    }
}
