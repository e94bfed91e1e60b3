namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode ImageMissing = new("LLAVA3301", "an image file is missing");
    public static readonly ErrorCode ImageEmpty = new("LLAVA3302", "an image file has no bytes");
    public static readonly ErrorCode ImageTruncated = new("LLAVA3303", "an image file ends too early");
    public static readonly ErrorCode ImageCorrupt = new("LLAVA3304", "an image file is corrupt");
    public static readonly ErrorCode ImageTooLarge = new("LLAVA3305", "an image has too many pixels");
    public static readonly ErrorCode ImageFormatUnknown = new("LLAVA3306", "an image format is not supported");
    public static readonly ErrorCode ImageWrongShape = new("LLAVA3307", "an image does not have the size the model takes");
    public static readonly ErrorCode PreprocessorUnusable = new("LLAVA3308", "an image processor's configuration cannot be used");
    public static readonly ErrorCode ImageMisnamed = new("LLAVA3309", "an image is not what its name says");
}
