using System.Globalization;
using Llava.Contracts.Configuration;

namespace Llava.Data.Images;

/// <summary>An item of the yaml's <c>transforms</c>. Which keys belong to which name: <see cref="KeysOf"/>.</summary>
public sealed record ImageTransformConfig : IValidatedConfig
{
    [OneOf("expand_to_square", "resize", "center_crop", "to_tensor", "normalize")]
    public required string Name { get; init; }

    [Bounds(0, 255)]
    public IReadOnlyList<int>? BackgroundColor { get; init; }

    /// <summary>A number, or [height, width].</summary>
    public ConfigNode? Size { get; init; }

    [OneOf("nearest", "box", "bilinear", "hamming", "bicubic", "lanczos")]
    public string? Interpolation { get; init; }

    [Bounds(1)]
    public int? MaxSize { get; init; }

    [WithoutEffect("pictures, unlike tensors, are antialiased either way")]
    public bool? Antialias { get; init; }

    public IReadOnlyList<double>? Mean { get; init; }

    public IReadOnlyList<double>? Std { get; init; }

    [WithoutEffect("it changes no number")]
    public bool? Inplace { get; init; }

    public IEnumerable<(string Key, string Message)> Problems()
    {
        var (required, optional) = KeysOf(Name);
        foreach (var (key, isSet) in KeysSet())
        {
            if (isSet && !required.Contains(key) && !optional.Contains(key))
                yield return (key, $"does not belong to {Name}");
            else if (!isSet && required.Contains(key))
                yield return (key, $"is required by {Name}");
        }
        if (BackgroundColor is { Count: not RgbImage.Channels })
            yield return ("background_color", "must be three numbers: red, green, blue");
        if (Mean is { Count: not RgbImage.Channels })
            yield return ("mean", "must be three numbers, one a channel");
        if (Std is { Count: not RgbImage.Channels } || Std?.Any(value => !(value > 0)) == true)
            yield return ("std", "must be three positive numbers, one a channel");
        if (Size is not null && ReadSize(Size) is null)
            yield return ("size", "must be a positive number of pixels, or a list of height and width");
        if (MaxSize is not null && ReadSize(Size) is not [_])
            yield return ("max_size", "needs a single number as size");
    }

    /// <summary>Of a record without <see cref="Problems"/>.</summary>
    public ImageTransform ToTransform() => (Name, ReadSize(Size)) switch
    {
        ("expand_to_square", _) => new ExpandToSquare(new RgbColour((byte)BackgroundColor![0], (byte)BackgroundColor[1], (byte)BackgroundColor[2])),
        ("resize", [var edge]) => new ResizeShorterEdge(edge, InterpolationOrDefault, MaxSize),
        ("resize", [var height, var width]) => new ResizeTo(height, width, InterpolationOrDefault),
        ("center_crop", [var side]) => new CenterCrop(side, side),
        ("center_crop", [var height, var width]) => new CenterCrop(height, width),
        ("normalize", _) => new Normalize(Mean!, Std!),
        _ => new ToTensor(),
    };

    Interpolation InterpolationOrDefault => Interpolation is null ? Images.Interpolation.Bilinear : Enum.Parse<Interpolation>(Interpolation, ignoreCase: true);

    static (string[] Required, string[] Optional) KeysOf(string name) => name switch
    {
        "expand_to_square" => (["background_color"], []),
        "resize" => (["size"], ["interpolation", "max_size", "antialias"]),
        "center_crop" => (["size"], []),
        "normalize" => (["mean", "std"], ["inplace"]),
        _ => ([], []),
    };

    (string Key, bool IsSet)[] KeysSet() =>
    [
        ("background_color", BackgroundColor is not null), ("size", Size is not null), ("interpolation", Interpolation is not null),
        ("max_size", MaxSize is not null), ("antialias", Antialias is not null), ("mean", Mean is not null), ("std", Std is not null),
        ("inplace", Inplace is not null),
    ];

    static int[]? ReadSize(ConfigNode? node)
    {
        int[] size = node switch
        {
            ConfigScalar scalar => [Pixels(scalar)],
            ConfigList { Items: [ConfigScalar only] } => [Pixels(only)],
            ConfigList { Items: [ConfigScalar height, ConfigScalar width] } => [Pixels(height), Pixels(width)],
            _ => [0],
        };
        return size.All(pixels => pixels > 0) ? size : null;
    }

    static int Pixels(ConfigScalar scalar) =>
        !scalar.IsQuoted && int.TryParse(scalar.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var pixels) ? pixels : 0;
}
