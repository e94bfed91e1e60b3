using System.CommandLine;

namespace Llava.Host.Verbs;

/// <summary>The picture that is asked about.</summary>
sealed class PictureArgument
{
    const string None = "none";

    public Option<string> Option { get; } = new("--image") { Description = "picture file, or none" };

    /// <summary>Null without a picture.</summary>
    public string? Path(ParseResult parsed) => parsed.GetRequiredValue(Option) is var path && path == None ? null : path;

    public static PictureArgument Needed() => new() { Option = { Required = true } };

    public static PictureArgument NoneByDefault() => new() { Option = { DefaultValueFactory = _ => None } };
}
