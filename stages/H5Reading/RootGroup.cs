namespace Llava.H5Reading;

/// <summary>Finds the objects of the root group by name: old-style symbol tables, and the links of libver=latest.</summary>
public static class RootGroup
{
    const int MaximumNameBytes = 4096;
    const int UsualNameBytes = 128;
    const int MaximumDepth = 32;

    public static IReadOnlyDictionary<string, long> Links(Hdf5File file)
    {
        var links = new Dictionary<string, long>();
        foreach (var message in ObjectHeader.Read(file, RootHeaderAddress(file)))
        {
            if (message.Type == Hdf5Message.SymbolTable)
                AddSymbols(file, message.Body.U64(), message.Body.U64(), links);
            else if (message.Type == Hdf5Message.Link)
                AddLink(message.Body, links);
            else if (message.Type == Hdf5Message.LinkInfo)
                RefuseDenseLinks(file, message.Body);
        }
        return links;
    }

    static long RootHeaderAddress(Hdf5File file)
    {
        var superblock = file.Metadata(0, 96);
        if (file.Length < 48 || !superblock.Take(8).SequenceEqual(Hdf5Format.Signature))
            throw file.Damaged("this is not an HDF5 file");
        var version = superblock.U8();
        var sizes = version < 2 ? superblock.Skip(4) : superblock;
        if (sizes.U8() != 8 || sizes.U8() != 8)
            throw file.Unsupported("addresses of another size than 8 bytes");
        return version switch
        {
            0 => superblock.Skip(64 - superblock.Position).U64(),
            1 => superblock.Skip(68 - superblock.Position).U64(),
            2 or 3 => superblock.Skip(36 - superblock.Position).U64(),
            _ => throw file.Unsupported($"superblock version {version}"),
        };
    }

    static void AddSymbols(Hdf5File file, long treeNode, long heap, Dictionary<string, long> links, int depth = 0)
    {
        if (depth > MaximumDepth)
            throw file.Damaged("the tree of the root group leads back to itself");
        var header = file.Metadata(treeNode, 24).Expect("TREE").Skip(1);
        var level = header.U8();
        var count = header.U16();
        var node = file.Metadata(treeNode + 24, count * 16);
        for (var child = 0; child < count; child++)
        {
            var address = node.Skip(8).U64();
            if (level > 0)
                AddSymbols(file, address, heap, links, depth + 1);
            else
                AddSymbolNode(file, address, heap, links);
        }
    }

    static void AddSymbolNode(Hdf5File file, long address, long heap, Dictionary<string, long> links)
    {
        var count = file.Metadata(address, 8).Expect("SNOD").Skip(2).U16();
        var node = file.Metadata(address + 8, count * 40);
        var names = file.Metadata(heap, 32).Expect("HEAP").Skip(20).U64();
        for (var symbol = 0; symbol < count; symbol++)
        {
            var name = NameAt(file, names + node.U64());
            links[name] = node.U64();
            node.Skip(24);
        }
    }

    static string NameAt(Hdf5File file, long address)
    {
        var start = file.Metadata(address, UsualNameBytes);
        var name = start.NullTerminated();
        return start.Remaining > 0 ? name : file.Metadata(address, MaximumNameBytes).NullTerminated();
    }

    static void AddLink(MetadataCursor link, Dictionary<string, long> links)
    {
        var flags = link.Skip(1).U8();
        var type = (flags & 0x08) != 0 ? link.U8() : 0;
        link.Skip((flags & 0x04) != 0 ? 8 : 0).Skip((flags & 0x10) != 0 ? 1 : 0);
        var length = (int)link.Unsigned(1 << (flags & 3));
        var name = System.Text.Encoding.UTF8.GetString(link.Take(length));
        if (type == 0)
            links[name] = link.U64();
    }

    static void RefuseDenseLinks(Hdf5File file, MetadataCursor info)
    {
        var flags = info.Skip(1).U8();
        if (info.Skip((flags & 1) != 0 ? 8 : 0).U64() != Hdf5Format.UndefinedAddress)
            throw file.Unsupported("the root group has more links than fit its header");
    }
}
