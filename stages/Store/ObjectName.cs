using System.Security.Cryptography;
using System.Text;

namespace Llava.Store;

/// <summary>Names in a store, the same in a local folder and a remote one, with <c>/</c>.</summary>
public static class ObjectName
{
    public const string Objects = "objects";
    public const string Entries = "entries";

    public static string OfContent(string sha256) => $"{Objects}/{sha256[..2]}/{sha256}";

    /// <param name="key">Of the stage's plan: a hash over code, settings and inputs.</param>
    public static string OfEntry(string stage, string key)
    {
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{stage}\0{key}")));
        return $"{Entries}/{id[..2]}/{id}.json";
    }

    public static bool IsHash(string text) => text.Length == 64 && text.All(char.IsAsciiHexDigitLower);
}
