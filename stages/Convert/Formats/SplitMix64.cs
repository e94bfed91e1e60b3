using System.Text;

namespace Llava.Conversion.Formats;

/// <summary>Steele, Lea and Flood's generator (2014): the same numbers on every platform and every version of .NET.</summary>
sealed class SplitMix64
{
    ulong _state;

    /// <param name="stream">Gives each user of one seed numbers of its own (FNV-1a of its text).</param>
    public SplitMix64(long seed, string stream)
    {
        _state = 14695981039346656037;
        foreach (var value in Encoding.UTF8.GetBytes(stream))
            _state = (_state ^ value) * 1099511628211;
        _state ^= (ulong)seed * 0x9e3779b97f4a7c15;
    }

    /// <summary>In [0, 1), in steps of 2^-53.</summary>
    public double NextUnit()
    {
        var mixed = _state += 0x9e3779b97f4a7c15;
        mixed = (mixed ^ (mixed >> 30)) * 0xbf58476d1ce4e5b9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94d049bb133111eb;
        return ((mixed ^ (mixed >> 31)) >> 11) * (1.0 / (1L << 53));
    }
}
