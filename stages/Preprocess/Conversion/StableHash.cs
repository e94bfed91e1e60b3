namespace Llava.Preprocess.Conversion;

static class StableHash
{
    /// <summary>FNV-1a with a final mix, 64 bits: the same in every run and on every machine, which string.GetHashCode is not.</summary>
    public static ulong Of(string text)
    {
        var hash = 0xCBF29CE484222325;
        foreach (var character in text)
            hash = (hash ^ character) * 0x100000001B3;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return hash ^ (hash >> 31);
    }
}
