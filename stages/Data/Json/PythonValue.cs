using System.Collections.ObjectModel;

namespace Llava.Data.Json;

/// <summary>A JSON value as Python's <c>json.load</c> would hold it.</summary>
public abstract class PythonValue
{
    /// <summary>What an f-string makes of the value, or null for a list or an object, which no prompt or path should hold.</summary>
    public virtual string? Formatted => null;

    /// <summary>May hold lone surrogates, as Python's strings may.</summary>
    public sealed class Text(string value) : PythonValue
    {
        public string Value { get; } = value;
        public override string Formatted => Value;
    }

    /// <param name="literal">As <c>json.dumps</c> prints it: <c>1e-07</c>, <c>12345678901234567890</c>, <c>NaN</c>.</param>
    public sealed class Number(string literal) : PythonValue
    {
        public string Literal { get; } = literal;

        public override string Formatted => Literal switch { "NaN" => "nan", "Infinity" => "inf", "-Infinity" => "-inf", _ => Literal };
    }

    public sealed class Boolean : PythonValue
    {
        public static readonly Boolean True = new();
        public static readonly Boolean False = new();

        public override string Formatted => this == True ? "True" : "False";
    }

    public sealed class Null : PythonValue
    {
        public static readonly Null Instance = new();

        public override string Formatted => "None";
    }

    public sealed class List(IReadOnlyList<PythonValue> items) : PythonValue
    {
        public IReadOnlyList<PythonValue> Items { get; } = items;
    }

    /// <summary>A repeated key has its last value at its first place.</summary>
    public sealed class Dictionary(OrderedDictionary<string, PythonValue> entries) : PythonValue
    {
        public ReadOnlyDictionary<string, PythonValue> Entries { get; } = new(entries);

        public PythonValue? Find(string key) => entries.GetValueOrDefault(key);

        /// <summary>The same entries in the same order, one of them with another value.</summary>
        public Dictionary With(string key, PythonValue value) => new(new OrderedDictionary<string, PythonValue>(entries, StringComparer.Ordinal) { [key] = value });
    }
}
