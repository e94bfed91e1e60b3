using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// Python's pickle machine (pickletools, protocols 0 to 5) without the dangerous half: it builds numbers, strings, lists,
/// tuples, dicts and tensor descriptions, and refuses any other class or function by name. What it allocates is charged to a
/// <see cref="PickleBudget"/>: one byte can ask for a dict.
/// </summary>
sealed class PickleReader
{
    const int MaximumStackItems = 1 << 22;

    // The whole numbers that most pickles are full of.
    static readonly object[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(number => (object)(long)number)];
    static readonly object True = true, False = false;

    readonly byte[] _bytes;
    readonly string _path;
    readonly PickleBudget _budget;
    readonly Stack<int> _marks = new();
    readonly PickleMemo _memo;
    readonly List<PickledStorage> _storages = [];
    readonly List<object?> _stack = [];
    int _floor; // where the stack began at the latest mark
    int _at;

    PickleReader(byte[] bytes, string path)
    {
        _bytes = bytes;
        _path = path;
        _budget = new PickleBudget(bytes.Length, path);
        _memo = new PickleMemo(_budget);
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
            case '\x88': Push(True); break;
            case '\x89': Push(False); break;
            case 'K': Push(SmallNumbers[ReadByte()]); break;
            case 'M': Push(Number(BinaryPrimitives.ReadUInt16LittleEndian(Take(2)))); break;
            case 'J': Push(Number(BinaryPrimitives.ReadInt32LittleEndian(Take(4)))); break;
            case '\x8a': Push(ReadInteger(ReadByte())); break;
            case '\x8b': Push(Number(ReadLong(BinaryPrimitives.ReadInt32LittleEndian(Take(4))))); break;
            case 'I': Push(ParseInteger(ReadLine())); break;
            case 'L': Push(Number(long.Parse(ReadLine().TrimEnd('L'), CultureInfo.InvariantCulture))); break;
            case 'F': Push(_budget.Charged(PickleBudget.NumberBytes, double.Parse(ReadLine(), CultureInfo.InvariantCulture))); break;
            case 'G': Push(_budget.Charged(PickleBudget.NumberBytes, BinaryPrimitives.ReadDoubleBigEndian(Take(8)))); break;
            case 'X': Push(ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case '\x8c': Push(ReadText(ReadByte())); break;
            case '\x8d': Push(ReadText(BinaryPrimitives.ReadInt64LittleEndian(Take(8)))); break;
            case 'V': Push(ReadLine()); break;
            case 'T': Push(ReadText(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 'U': Push(ReadText(ReadByte())); break;
            case 'S': Push(ReadLine().Trim('\'', '"')); break;
            case 'C': Push(ReadBytes(ReadByte())); break;
            case 'B': Push(ReadBytes(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case '\x8e': Push(ReadBytes(BinaryPrimitives.ReadInt64LittleEndian(Take(8)))); break;
            default: return false;
        }
        return true;
    }

    bool ExecuteContainer(char opcode)
    {
        switch (opcode)
        {
            case '(': PushMark(); break;
            case '0': Pop(); break;
            case '1': RemoveFrom(PopMark()); break;
            case '2': Push(Top()); break;
            case '}': Push(NewDictionary()); break;
            case 'd': AddPairs(NewDictionary(), PopMark(), isNew: true); break;
            case ']': Push(NewList()); break;
            case 'l': AddItems(NewList(), PopMark(), isNew: true); break;
            case ')': Push(Array.Empty<object?>()); break;
            case 't': PushTuple(PopMark()); break;
            case '\x85': PushTuple(Below(1)); break;
            case '\x86': PushTuple(Below(2)); break;
            case '\x87': PushTuple(Below(3)); break;
            case 'a': AddItems(Under<List<object?>>(Below(1)), Below(1), isNew: false); break;
            case 'e': var items = PopMark(); AddItems(Under<List<object?>>(items), items, isNew: false); break;
            case 's': AddPairs(Under<PickledDictionary>(Below(2)), Below(2), isNew: false); break;
            case 'u': var pairs = PopMark(); AddPairs(Under<PickledDictionary>(pairs), pairs, isNew: false); break;
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
            case 'q': _memo.Keep(ReadByte(), Top()); break;
            case 'r': _memo.Keep(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)), Top()); break;
            case 'p': _memo.Keep(long.Parse(ReadLine(), CultureInfo.InvariantCulture), Top()); break;
            case '\x94': _memo.Keep(_memo.Count, Top()); break;
            case 'h': Push(_memo.Recall(ReadByte())); break;
            case 'j': Push(_memo.Recall(BinaryPrimitives.ReadUInt32LittleEndian(Take(4)))); break;
            case 'g': Push(_memo.Recall(long.Parse(ReadLine(), CultureInfo.InvariantCulture))); break;
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
            case 'Q': _budget.Charge(PickleBudget.StorageBytes); _storages.Add(PickledTensors.Storage(Pop<object?[]>())); Push(_storages[^1]); break;
            case 'R': var arguments = Pop<object?[]>(); ChargeCall(arguments); Push(PickledTensors.Build(Pop<PickledGlobal>(), arguments)); break;
            case 'b': Pop(); break; // the state of an OrderedDict: state_dict()'s _metadata, module versions that no tensor needs
            default: return false;
        }
        return true;
    }

    // A call copies the list or the sizes that it is given, which a few bytes could ask for again and again.
    void ChargeCall(object?[] arguments) =>
        _budget.Charge(PickleBudget.CallBytes + PickleBudget.PairBytes * arguments.Sum(argument => argument is ICollection<object?> items ? (long)items.Count : 0));

    PickledGlobal Global(string module, string name)
    {
        _budget.Charge(PickleBudget.ContainerBytes);
        var global = new PickledGlobal(module, name);
        if (!global.IsKnown)
            throw ErrorCatalog.RefusedPickle.Fails(_path, $"the pickle asks for {global.FullName}; only tensors, numbers, strings, lists, tuples and dicts are read");
        return global;
    }

    PickledDictionary NewDictionary() => _budget.Charged(PickleBudget.ContainerBytes, new PickledDictionary());

    List<object?> NewList() => _budget.Charged(PickleBudget.ContainerBytes, new List<object?>());

    void AddItems(List<object?> list, int start, bool isNew)
    {
        list.AddRange(CollectionsMarshal.AsSpan(_stack)[start..]);
        Replace(start, list, isNew);
    }

    void AddPairs(PickledDictionary dictionary, int start, bool isNew)
    {
        if ((_stack.Count - start) % 2 != 0)
            throw new FormatException("a dict with a key and no value");
        for (var i = start; i < _stack.Count; i += 2)
            dictionary.Add(_stack[i], _stack[i + 1]);
        Replace(start, dictionary, isNew);
    }

    void PushTuple(int start)
    {
        var tuple = _budget.Charged(PickleBudget.TupleBytes, CollectionsMarshal.AsSpan(_stack)[start..].ToArray());
        Replace(start, tuple, isNew: true);
    }

    void Replace(int start, object container, bool isNew)
    {
        RemoveFrom(start);
        if (isNew)
            Push(container);
    }

    void RemoveFrom(int start) => _stack.RemoveRange(start, _stack.Count - start);

    void PushMark()
    {
        _budget.Charge(PickleBudget.PlaceBytes);
        _marks.Push(_floor);
        _floor = _stack.Count;
    }

    /// <summary>Where the items since the latest mark start.</summary>
    int PopMark()
    {
        var start = _floor;
        _floor = _marks.Pop();
        return start;
    }

    /// <summary>Where the last so many items start.</summary>
    int Below(int count) => _stack.Count - count >= _floor ? _stack.Count - count : throw new FormatException("the stack is empty");

    T Under<T>(int start) => start > _floor && _stack[start - 1] is T value ? value : throw new FormatException($"a {typeof(T).Name} was to come");

    object? Top() => _stack[Below(1)];

    object? Pop()
    {
        var value = Top();
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    T Pop<T>() => Pop() is T value ? value : throw new FormatException($"a {typeof(T).Name} was to come");

    void Push(object? value)
    {
        _budget.Charge(PickleBudget.PlaceBytes);
        if (_stack.Count == MaximumStackItems)
            throw new FormatException("too much waits to be put into a container");
        _stack.Add(value);
    }

    object Number(long value) => value is >= 0 and < 256 ? SmallNumbers[value] : _budget.Charged(PickleBudget.NumberBytes, value);

    byte ReadByte() => Take(1)[0];

    ReadOnlySpan<byte> Take(long count)
    {
        if (count < 0 || count > _bytes.Length - _at)
            throw new FormatException($"{count} bytes wanted, {_bytes.Length - _at} left");
        var taken = _bytes.AsSpan(_at, (int)count);
        _at += (int)count;
        return taken;
    }

    string ReadText(long length)
    {
        _budget.Charge(PickleBudget.TextBytes + 2 * length);
        return Encoding.UTF8.GetString(Take(length));
    }

    byte[] ReadBytes(long length) => _budget.Charged(PickleBudget.TextBytes + length, Take(length).ToArray());

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
    object ReadInteger(int length) => length is > 8 and <= 32 ? ReadBytes(length) : Number(ReadLong(length));

    object ParseInteger(string text) => text switch
    {
        "00" => False,
        "01" => True,
        _ => Number(long.Parse(text, CultureInfo.InvariantCulture)),
    };

    DiagnosticException Bad(string message) => ErrorCatalog.BadCheckpointFile.Fails(_path, $"the pickle is {message}");
}
