using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// Python's pickle machine (pickletools, protocols 0 to 5) without the dangerous half: it builds numbers, strings, lists,
/// tuples, dicts and tensor descriptions, and refuses any other class or function by name. Never allocates more than the
/// pickle's own length asks for.
/// </summary>
sealed class PickleReader
{
    readonly byte[] _bytes;
    readonly string _path;
    readonly Stack<List<object?>> _marks = new();
    readonly Dictionary<long, object?> _memo = [];
    readonly List<PickledStorage> _storages = [];
    List<object?> _stack = [];
    int _at;
    long _copied;

    PickleReader(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
    }

    public static object? Read(byte[] pickle, string path) => Read(pickle, 0, path).Value;

    /// <summary>The pickle that starts at <paramref name="start"/>, where it ends, and every storage that it names.</summary>
    public static (object? Value, int End, IReadOnlyList<PickledStorage> Storages) Read(byte[] bytes, int start, string path)
    {
        var reader = new PickleReader(bytes, path) { _at = start };
        try
        {
            return (reader.Run(), reader._at, reader._storages);
        }
        catch (Exception error) when (error is ArgumentException or InvalidCastException or FormatException or OverflowException or InvalidOperationException or IndexOutOfRangeException)
        {
            throw reader.Bad($"damaged at byte {reader._at}: {error.Message}");
        }
    }

    object? Run()
    {
        while (true)
        {
            var opcode = (char)ReadByte();
            if (opcode == '.')
                return Pop();
            Execute(opcode);
        }
    }

    void Execute(char opcode)
    {
        if (!ExecuteScalar(opcode) && !ExecuteContainer(opcode) && !ExecuteMemo(opcode) && !ExecuteObject(opcode))
            throw ErrorCatalog.RefusedPickle.Fails(_path, $"the pickle uses the instruction 0x{(int)opcode:x2} ('{(char.IsAsciiLetterOrDigit(opcode) ? opcode : '?')}'), which plain tensors never need");
    }

    bool ExecuteScalar(char opcode)
    {
        switch (opcode)
        {
            case 'N': Push(null); break;
            case '\x88': Push(true); break;
            case '\x89': Push(false); break;
            case 'K': Push((long)ReadByte()); break;
            case 'M': Push((long)BinaryPrimitives.ReadUInt16LittleEndian(Take(2))); break;
            case 'J': Push((long)BinaryPrimitives.ReadInt32LittleEndian(Take(4))); break;
            case '\x8a': Push(ReadInteger(ReadByte())); break;
            case '\x8b': Push(ReadLong(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case 'I': Push(ParseInteger(ReadLine())); break;
            case 'L': Push(long.Parse(ReadLine().TrimEnd('L'), CultureInfo.InvariantCulture)); break;
            case 'F': Push(double.Parse(ReadLine(), CultureInfo.InvariantCulture)); break;
            case 'G': Push(BinaryPrimitives.ReadDoubleBigEndian(Take(8))); break;
            case 'X': Push(ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case '\x8c': Push(ReadText(ReadByte())); break;
            case '\x8d': Push(ReadText(BinaryPrimitives.ReadInt64LittleEndian(Take(8)))); break;
            case 'V': Push(ReadLine()); break;
            case 'T': Push(ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 'U': Push(ReadText(ReadByte())); break;
            case 'S': Push(ReadLine().Trim('\'', '"')); break;
            case 'C': Push(Take(ReadByte()).ToArray()); break;
            case 'B': Push(Take(BinaryPrimitives.ReadUInt32LittleEndian(Take(4))).ToArray()); break;
            case '\x8e': Push(Take(BinaryPrimitives.ReadInt64LittleEndian(Take(8))).ToArray()); break;
            default: return false;
        }
        return true;
    }

    bool ExecuteContainer(char opcode)
    {
        switch (opcode)
        {
            case '(': _marks.Push(_stack); _stack = []; break;
            case '0': Pop(); break;
            case '1': PopMark(); break;
            case '2': Push(_stack[^1]); break;
            case '}': Push(new PickledDictionary()); break;
            case 'd': Push(AddPairs(new PickledDictionary(), PopMark())); break;
            case ']': Push(new List<object?>()); break;
            case 'l': Push(PopMark()); break;
            case ')': Push(Array.Empty<object?>()); break;
            case 't': Push(PopMark().ToArray()); break;
            case '\x85': PushTuple(1); break;
            case '\x86': PushTuple(2); break;
            case '\x87': PushTuple(3); break;
            case 'a': var item = Pop(); Top<List<object?>>().Add(item); break;
            case 'e': var items = PopMark(); Top<List<object?>>().AddRange(items); break;
            case 's': var value = Pop(); var key = Pop(); AddPairs(Top<PickledDictionary>(), [key, value]); break;
            case 'u': var pairs = PopMark(); AddPairs(Top<PickledDictionary>(), pairs); break;
            default: return false;
        }
        return true;
    }

    bool ExecuteMemo(char opcode)
    {
        switch (opcode)
        {
            case '\x80': Take(1); break;
            case '\x95': Take(8); break;
            case 'q': _memo[ReadByte()] = _stack[^1]; break;
            case 'r': _memo[BinaryPrimitives.ReadUInt32LittleEndian(Take(4))] = _stack[^1]; break;
            case 'p': _memo[long.Parse(ReadLine(), CultureInfo.InvariantCulture)] = _stack[^1]; break;
            case '\x94': _memo[_memo.Count] = _stack[^1]; break;
            case 'h': Push(Recall(ReadByte())); break;
            case 'j': Push(Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 'g': Push(Recall(long.Parse(ReadLine(), CultureInfo.InvariantCulture))); break;
            default: return false;
        }
        return true;
    }

    bool ExecuteObject(char opcode)
    {
        switch (opcode)
        {
            case 'c': var module = ReadLine(); Push(Global(module, ReadLine())); break;
            case '\x93': var name = Pop<string>(); Push(Global(Pop<string>(), name)); break;
            case 'Q': _storages.Add(PickledTensors.Storage(Pop<object?[]>())); Push(_storages[^1]); break;
            case 'R': var arguments = Pop<object?[]>(); CountCopied(arguments); Push(PickledTensors.Build(Pop<PickledGlobal>(), arguments)); break;
            case 'b': Pop(); break; // the state of an OrderedDict: state_dict()'s _metadata, module versions that no tensor needs
            default: return false;
        }
        return true;
    }

    // A call copies the list that it is given, which a few bytes could ask for again and again.
    void CountCopied(object?[] arguments)
    {
        if ((_copied += arguments is [List<object?> pairs] ? pairs.Count : 0) > _bytes.Length)
            throw new FormatException("one list is copied again and again");
    }

    PickledGlobal Global(string module, string name)
    {
        var global = new PickledGlobal(module, name);
        if (!global.IsKnown)
            throw ErrorCatalog.RefusedPickle.Fails(_path, $"the pickle asks for {global.FullName}; only tensors, numbers, strings, lists, tuples and dicts are read");
        return global;
    }

    static PickledDictionary AddPairs(PickledDictionary dictionary, List<object?> pairs)
    {
        if (pairs.Count % 2 != 0)
            throw new FormatException("a dict with a key and no value");
        for (var i = 0; i < pairs.Count; i += 2)
            dictionary.Entries.Add((pairs[i], pairs[i + 1]));
        return dictionary;
    }

    object? Recall(long index) => _memo.TryGetValue(index, out var value) ? value : throw new FormatException($"nothing is remembered as {index}");

    void PushTuple(int count)
    {
        var tuple = new object?[count];
        _stack.CopyTo(_stack.Count - count, tuple, 0, count);
        _stack.RemoveRange(_stack.Count - count, count);
        Push(tuple);
    }

    List<object?> PopMark()
    {
        var items = _stack;
        _stack = _marks.Pop();
        return items;
    }

    object? Pop()
    {
        var value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    T Pop<T>() => Pop() is T value ? value : throw new FormatException($"a {typeof(T).Name} was to come");

    T Top<T>() => _stack[^1] is T value ? value : throw new FormatException($"a {typeof(T).Name} was to come");

    void Push(object? value) => _stack.Add(value);

    byte ReadByte() => Take(1)[0];

    ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _bytes.Length - _at)
            throw new FormatException($"{count} bytes wanted, {_bytes.Length - _at} left");
        var taken = _bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    string ReadText(long length) => Encoding.UTF8.GetString(Take(length));

    string ReadLine()
    {
        var length = _bytes.AsSpan(_at).IndexOf((byte)'\n');
        var line = ReadText(length);
        _at++;
        return line;
    }

    long ReadLong(int length)
    {
        if (length is < 0 or > 8)
            throw new FormatException($"an integer of {length} bytes");
        var bytes = Take(length);
        long value = length > 0 && (bytes[^1] & 0x80) != 0 ? -1 : 0;
        for (var i = length - 1; i >= 0; i--)
            value = (value << 8) | bytes[i];
        return value;
    }

    // Nothing is counted in more than 64 bits; a longer integer is the magic number of torch's older format.
    object ReadInteger(int length) => length is > 8 and <= 32 ? Take(length).ToArray() : ReadLong(length);

    static object ParseInteger(string text) => text switch
    {
        "00" => false,
        "01" => true,
        _ => long.Parse(text, CultureInfo.InvariantCulture),
    };

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(_path, $"the pickle is {message}");
}
