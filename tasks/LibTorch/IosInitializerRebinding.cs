using System.Buffers.Binary;
using System.Text;

namespace Llava.Tasks.LibTorch;

/// <summary>
/// Binds the stream initializer that gcc 13 calls to the one that every older libstdc++ has too. Both make the standard
/// streams usable before static constructors run; the old one is a constructor that does not use its object.
/// </summary>
static class IosInitializerRebinding
{
    public const string NewVersion = "GLIBCXX_3.4.32";
    const string OldVersion = "GLIBCXX_3.4";
    const string NewSymbol = "_ZSt21ios_base_library_initv";
    const string OldSymbol = "_ZNSt8ios_base4InitC1Ev";

    /// <summary>Changes <paramref name="image"/>'s bytes; its length stays.</summary>
    /// <returns>Null, or why the file is not what it must be; nothing is changed then.</returns>
    public static string? Apply(ElfImage image)
    {
        var needs = image.VersionNeeded.Where(need => need.Name == NewVersion).ToList();
        if (needs is not [{ Library: "libstdc++.so.6" } need])
            return $"expected one need of {NewVersion} from libstdc++.so.6, found {needs.Count}";
        if (need.Hash != ElfImage.Hash(NewVersion))
            return $"the hash of {NewVersion} is {need.Hash:x8}, not {ElfImage.Hash(NewVersion):x8}";
        var bound = image.Symbols.Where(symbol => symbol.Version == need.Version).ToList();
        if (bound is not [{ Name: NewSymbol, IsDefined: false } symbol])
            return $"symbols of {NewVersion} are {string.Join(", ", bound.Select(symbol => symbol.Name).DefaultIfEmpty("none"))}; only {NewSymbol} is known how to bind elsewhere";
        if (SharedBy(image, symbol.NameOffset, NewSymbol.Length, except: 1) || SharedBy(image, need.NameOffset, NewVersion.Length, except: 1))
            return "another name shares the bytes of the names to change";
        Overwrite(image, symbol.NameOffset, NewSymbol, OldSymbol);
        Overwrite(image, need.NameOffset, NewVersion, OldVersion);
        BinaryPrimitives.WriteUInt32LittleEndian(image.Bytes.AsSpan(need.FileOffset), ElfImage.Hash(OldVersion));
        return null;
    }

    // Linkers merge a name with the tail of a longer one, so a name may start before or inside these bytes.
    static bool SharedBy(ElfImage image, int offset, int length, int except) => image.Symbols
        .Select(symbol => (symbol.NameOffset, symbol.Name.Length))
        .Concat(image.VersionNeeded.Select(need => (need.NameOffset, need.Name.Length)))
        .Count(name => name.NameOffset <= offset + length && name.NameOffset + name.Length >= offset && name.Length > 0) > except;

    static void Overwrite(ElfImage image, int nameOffset, string from, string to)
    {
        var bytes = image.Bytes.AsSpan(image.StringTableOffset + nameOffset, from.Length);
        bytes.Clear();
        Encoding.ASCII.GetBytes(to, bytes);
    }
}
