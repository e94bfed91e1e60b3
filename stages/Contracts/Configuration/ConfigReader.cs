using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Llava.Contracts.Diagnostics;

namespace Llava.Contracts.Configuration;

/// <summary>
/// Reads yaml into a <c>sealed record</c> whose properties are its keys in snake_case. Strict: an unknown key, a missing
/// <c>required</c> one, a wrong type or a value out of bounds is a diagnostic at its line; all of them come at once.
/// A property that is not <c>required</c> keeps its initial value when the key is absent or null.
/// Property types: bool, int, long, double, string, their nullables, <see cref="ConfigNode"/> (left unread), records,
/// and <see cref="IReadOnlyList{T}"/> of these.
/// </summary>
public sealed class ConfigReader
{
    readonly List<Diagnostic> _problems = [];

    /// <exception cref="DiagnosticException">With every problem of the document.</exception>
    public static T Read<T>(ConfigDocument document) where T : class
    {
        var reader = new ConfigReader();
        var config = reader.Read<T>(document.Root);
        DiagnosticException.ThrowIfAny(reader._problems);
        return config;
    }

    public IReadOnlyList<Diagnostic> Problems => _problems;

    /// <summary>Reads one section; the problems collect in <see cref="Problems"/> (the result is unusable if there are any).</summary>
    public T Read<T>(ConfigMap section) where T : class => (T)ReadRecord(section, typeof(T));

    object ReadRecord(ConfigMap section, Type type)
    {
        var problemsBefore = _problems.Count;
        var record = Activator.CreateInstance(type, nonPublic: true)!;
        var properties = type.GetProperties().Where(property => property.CanWrite).ToDictionary(KeyOf);
        foreach (var (key, node) in section.Entries)
        {
            if (!properties.TryGetValue(key, out var property))
                ReportUnknownKey(node, key, properties.Keys);
            else if (!IsUnset(node, property) && ReadValue(node, property.PropertyType, property) is { } value)
                property.SetValue(record, value);
        }
        foreach (var (key, property) in properties)
        {
            if (property.IsDefined(typeof(RequiredMemberAttribute)) && (!section.Entries.TryGetValue(key, out var node) || node is ConfigScalar { IsNull: true }))
                Report(ErrorCatalog.MissingKey, section.Location, $"{Dotted(section.KeyPath, key)} is required");
        }
        if (_problems.Count == problemsBefore && record is IValidatedConfig validated)
        {
            foreach (var (key, message) in validated.Problems())
                Report(ErrorCatalog.BadValue, section.Entries.GetValueOrDefault(key)?.Location ?? section.Location, $"{Dotted(section.KeyPath, key)} {message}");
        }
        return record;
    }

    static bool IsUnset(ConfigNode node, PropertyInfo property) =>
        node is ConfigScalar { IsNull: true } && property.PropertyType != typeof(ConfigNode);

    object? ReadValue(ConfigNode node, Type type, PropertyInfo property)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(ConfigNode))
            return node;
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>))
            return ReadList(node, type.GetGenericArguments()[0], property);
        if (node is ConfigScalar scalar && (type.IsPrimitive || type == typeof(string)))
            return ReadScalar(scalar, type, property);
        if (node is ConfigMap map && !type.IsPrimitive && type != typeof(string))
            return ReadRecord(map, type);
        return WrongType(node, Describe(type));
    }

    object? ReadList(ConfigNode node, Type itemType, PropertyInfo property)
    {
        if (node is not ConfigList list)
            return WrongType(node, $"a list of {Describe(itemType)}s");
        var items = Array.CreateInstance(itemType, list.Items.Count);
        for (var i = 0; i < items.Length; i++)
        {
            // `[gelu, null]` is a list of nullable strings: a null item stays null.
            if (!(list.Items[i] is ConfigScalar { IsNull: true } && !itemType.IsValueType) && ReadValue(list.Items[i], itemType, property) is { } value)
                items.SetValue(value, i);
        }
        return items;
    }

    object? ReadScalar(ConfigScalar scalar, Type type, PropertyInfo property)
    {
        if (type == typeof(string))
            return CheckChoice(scalar, property);
        if (type == typeof(bool))
            return !scalar.IsQuoted && ParseBoolean(scalar.Text) is { } flag ? flag : WrongType(scalar, "true or false");
        if (scalar.IsQuoted || !double.TryParse(scalar.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
            return WrongType(scalar, Describe(type));
        if (type != typeof(double) && !long.TryParse(scalar.Text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _))
            return WrongType(scalar, "a whole number");
        if (property.GetCustomAttribute<BoundsAttribute>() is { } bounds && !bounds.Hold(number))
            return Report(ErrorCatalog.BadValue, scalar.Location, $"{scalar.KeyPath} is {scalar.Text}, but must be {bounds.Describe()}");
        if (type == typeof(int) && number is > int.MaxValue or < int.MinValue)
            return Report(ErrorCatalog.BadValue, scalar.Location, $"{scalar.KeyPath} is {scalar.Text}, too large a number");
        return type == typeof(double) ? number : System.Convert.ChangeType(long.Parse(scalar.Text, CultureInfo.InvariantCulture), type, CultureInfo.InvariantCulture);
    }

    object? CheckChoice(ConfigScalar scalar, PropertyInfo property)
    {
        var choices = property.GetCustomAttribute<OneOfAttribute>()?.Values;
        if (choices is null || choices.Contains(scalar.Text))
            return scalar.Text;
        return Report(ErrorCatalog.BadValue, scalar.Location, $"{scalar.KeyPath} is \"{scalar.Text}\", but must be one of {string.Join(", ", choices)}{DidYouMean(scalar.Text, choices)}");
    }

    static bool? ParseBoolean(string text) => text switch
    {
        "true" or "True" or "TRUE" => true,
        "false" or "False" or "FALSE" => false,
        _ => null,
    };

    void ReportUnknownKey(ConfigNode node, string key, IEnumerable<string> known) =>
        Report(ErrorCatalog.UnknownKey, node.Location, $"unknown key {node.KeyPath}{DidYouMean(key, known)}");

    object? WrongType(ConfigNode node, string expected) =>
        Report(ErrorCatalog.WrongType, node.Location, $"{node.KeyPath} must be {expected}, but is {Describe(node)}");

    object? Report(ErrorCode code, SourceLocation location, string message)
    {
        _problems.Add(code.At(location, message));
        return null;
    }

    static string DidYouMean(string name, IEnumerable<string> known) =>
        NearestKey.Find(name, known) is { } nearest ? $"; did you mean {nearest}?" : "";

    static string Describe(ConfigNode node) => node switch
    {
        ConfigScalar { IsQuoted: true } scalar => $"the text \"{scalar.Text}\"",
        ConfigScalar scalar => scalar.IsNull ? "null" : $"\"{scalar.Text}\"",
        ConfigList => "a list",
        _ => "a mapping",
    };

    static string Describe(Type type) => Type.GetTypeCode(type) switch
    {
        TypeCode.Boolean => "true or false",
        TypeCode.Int32 or TypeCode.Int64 => "a whole number",
        TypeCode.Double => "a number",
        TypeCode.String => "text",
        _ => "a mapping",
    };

    /// <summary>The yaml key of a property.</summary>
    public static string KeyOf(PropertyInfo property) => property.GetCustomAttribute<ConfigKeyAttribute>()?.Key ?? ToSnakeCase(property.Name);

    static string ToSnakeCase(string name)
    {
        var snake = new StringBuilder();
        foreach (var character in name)
        {
            if (char.IsUpper(character) && snake.Length > 0)
                snake.Append('_');
            snake.Append(char.ToLowerInvariant(character));
        }
        return snake.ToString();
    }

    static string Dotted(string parent, string key) => parent.Length == 0 ? key : $"{parent}.{key}";
}
