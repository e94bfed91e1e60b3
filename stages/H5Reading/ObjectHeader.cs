namespace Llava.H5Reading;

/// <summary>The messages of an object header, version 1 (libver earliest) or 2 (latest), continuation blocks included.</summary>
static class ObjectHeader
{
    const int SharedFlag = 0x02;
    const int TrackedOrderFlag = 0x04;
    const int PhaseChangeFlag = 0x10;
    const int TimesFlag = 0x20;

    public static IReadOnlyList<HeaderMessage> Read(Hdf5File file, long address)
    {
        var messages = new List<HeaderMessage>();
        var start = file.Metadata(address, 48);
        if (start.U8() == 1)
            ReadVersion1(file, address, messages);
        else
            ReadVersion2(file, address, messages);
        return messages;
    }

    static void ReadVersion1(Hdf5File file, long address, List<HeaderMessage> messages)
    {
        var length = (int)file.Metadata(address, 16).Skip(8).U32();
        ReadBlocks(file, messages, file.Metadata(address + 16, length), block =>
        {
            var (type, size, flags) = (block.U16(), block.U16(), block.U8());
            return (type, flags, block.Skip(3).Part(size));
        }, minimum: 8, prefix: "", suffix: 0);
    }

    static void ReadVersion2(Hdf5File file, long address, List<HeaderMessage> messages)
    {
        var start = file.Metadata(address, 48).Expect("OHDR").Skip(1);
        var flags = start.U8();
        start.Skip((flags & TimesFlag) != 0 ? 16 : 0).Skip((flags & PhaseChangeFlag) != 0 ? 4 : 0);
        var length = (int)start.Unsigned(1 << (flags & 3));
        var orderBytes = (flags & TrackedOrderFlag) != 0 ? 2 : 0;
        ReadBlocks(file, messages, file.Metadata(address + start.Position, length), block =>
        {
            var (type, size, messageFlags) = (block.U8(), block.U16(), block.U8());
            return (type, messageFlags, block.Skip(orderBytes).Part(size));
        }, minimum: 4 + orderBytes, prefix: "OCHK", suffix: 4);
    }

    static void ReadBlocks(Hdf5File file, List<HeaderMessage> messages, MetadataCursor first, Func<MetadataCursor, (int Type, int Flags, MetadataCursor Body)> next, int minimum, string prefix, int suffix)
    {
        var blocks = new Queue<MetadataCursor>([first]);
        for (var count = 0; blocks.TryDequeue(out var block); count++)
        {
            if (count > 1000)
                throw file.Damaged("an object header never ends");
            while (block.Remaining >= minimum)
            {
                var (type, flags, body) = next(block);
                if (type == Hdf5Message.Continuation)
                    blocks.Enqueue(file.Metadata(body.U64(), (int)body.U64() - suffix).Expect(prefix));
                else if (type != Hdf5Message.Nil)
                    messages.Add(new HeaderMessage(type, (flags & SharedFlag) != 0, body));
            }
        }
    }
}

/// <param name="IsShared">The body is only a reference to a message stored elsewhere.</param>
sealed record HeaderMessage(int Type, bool IsShared, MetadataCursor Body);
