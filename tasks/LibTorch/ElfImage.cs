using System.Buffers.Binary;
using System.Text;

namespace Llava.Tasks.LibTorch;

/// <summary>
/// The parts of a 64-bit little-endian ELF shared object that say which symbol versions it wants and gives
/// (System V gABI chapter 4; LSB Core, "Symbol Versioning").
/// </summary>
sealed class ElfImage
{
    const uint DynamicSymbols = 11, VersionNeeds = 0x6ffffffe, VersionDefinitions = 0x6ffffffd, VersionOfSymbol = 0x6fffffff;
    const int SectionHeaderSize = 64, SymbolSize = 24;

    readonly byte[] _bytes;
    readonly Dictionary<uint, ElfSection> _sections = [];

    /// <exception cref="InvalidDataException">Not such a file, or one without a section table.</exception>
    public ElfImage(byte[] bytes)
    {
        _bytes = bytes;
        if (bytes.Length < 64 || !bytes.AsSpan(0, 4).SequenceEqual("\u007fELF"u8) || bytes[4] != 2 || bytes[5] != 1)
            throw new InvalidDataException("it is not a 64-bit little-endian ELF file");
        ReadSections();
        ReadSymbols();
        ReadVersionNeeds();
    }

    public byte[] Bytes => _bytes;

    public IReadOnlyList<ElfSymbol> Symbols { get; private set; } = [];

    public IReadOnlyList<ElfVersionNeed> VersionNeeded { get; private set; } = [];

    /// <summary>File offset of the string table that symbols and versions share.</summary>
    public int StringTableOffset { get; private set; }

    public static uint Hash(string name)
    {
        var hash = 0u;
        foreach (var character in name)
        {
            hash = (hash << 4) + character;
            var high = hash & 0xf0000000;
            hash = (hash ^ (high >> 24)) & ~high;
        }
        return hash;
    }

    /// <summary>Names in the version definitions: what this library offers.</summary>
    public IReadOnlySet<string> ReadVersionDefinitions()
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (!_sections.TryGetValue(VersionDefinitions, out var section))
            return names;
        for (var at = section.Offset; ; at += (int)UInt32(at + 16))
        {
            names.Add(StringAt((int)UInt32(at + (int)UInt32(at + 12))));
            if (UInt32(at + 16) == 0)
                return names;
        }
    }

    void ReadSections()
    {
        var table = (long)UInt64(40);
        var count = UInt16(60);
        if (table == 0 || UInt16(58) != SectionHeaderSize || table + (long)count * SectionHeaderSize > _bytes.Length)
            throw new InvalidDataException("it has no section table");
        var all = Enumerable.Range(0, count).Select(index => ReadSection((int)table + index * SectionHeaderSize)).ToList();
        foreach (var section in all.Where(section => section.Type is DynamicSymbols or VersionNeeds or VersionDefinitions or VersionOfSymbol))
            _sections[section.Type] = section;
        if (!_sections.TryGetValue(DynamicSymbols, out var symbols))
            throw new InvalidDataException("it has no dynamic symbols");
        StringTableOffset = all[symbols.Link].Offset;
    }

    ElfSection ReadSection(int at) => new(UInt32(at + 4), checked((int)UInt64(at + 24)), checked((int)UInt64(at + 32)), (int)UInt32(at + 40), (int)UInt32(at + 44));

    void ReadSymbols()
    {
        var table = _sections[DynamicSymbols];
        var versions = _sections.GetValueOrDefault(VersionOfSymbol);
        var symbols = new List<ElfSymbol>(table.Size / SymbolSize);
        for (var index = 0; index < table.Size / SymbolSize; index++)
        {
            var at = table.Offset + index * SymbolSize;
            var version = versions is null ? 0 : UInt16(versions.Offset + index * 2) & 0x7fff;
            symbols.Add(new ElfSymbol((int)UInt32(at), StringAt((int)UInt32(at)), IsDefined: UInt16(at + 6) != 0, version));
        }
        Symbols = symbols;
    }

    void ReadVersionNeeds()
    {
        if (!_sections.TryGetValue(VersionNeeds, out var section))
            return;
        var needs = new List<ElfVersionNeed>();
        var entry = section.Offset;
        for (var file = 0; file < section.Info; file++)
        {
            var library = StringAt((int)UInt32(entry + 4));
            var need = entry + (int)UInt32(entry + 8);
            for (var index = 0; index < UInt16(entry + 2); index++)
            {
                needs.Add(new ElfVersionNeed(library, StringAt((int)UInt32(need + 8)), (int)UInt32(need + 8), UInt32(need), UInt16(need + 6), need));
                need += (int)UInt32(need + 12);
            }
            entry += (int)UInt32(entry + 12);
        }
        VersionNeeded = needs;
    }

    string StringAt(int offset)
    {
        var text = _bytes.AsSpan(StringTableOffset + offset);
        return Encoding.ASCII.GetString(text[..text.IndexOf((byte)0)]);
    }

    ushort UInt16(int at) => BinaryPrimitives.ReadUInt16LittleEndian(_bytes.AsSpan(at));

    uint UInt32(int at) => BinaryPrimitives.ReadUInt32LittleEndian(_bytes.AsSpan(at));

    ulong UInt64(int at) => BinaryPrimitives.ReadUInt64LittleEndian(_bytes.AsSpan(at));
}
