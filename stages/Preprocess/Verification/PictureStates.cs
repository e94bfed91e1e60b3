using Llava.Contracts.Diagnostics;

namespace Llava.Preprocess.Verification;

/// <summary>Findings as codes and words.</summary>
static class PictureStates
{
    static readonly Dictionary<PictureState, (ErrorCode Code, string Reason)> Table = new()
    {
        [PictureState.Missing] = (ErrorCatalog.ImageMissing, "there is no such image"),
        [PictureState.Empty] = (ErrorCatalog.ImageEmpty, "the image has 0 bytes"),
        [PictureState.Truncated] = (ErrorCatalog.ImageTruncated, "the image ends too early"),
        [PictureState.Corrupt] = (ErrorCatalog.ImageCorrupt, "the image is corrupt"),
        [PictureState.TooLarge] = (ErrorCatalog.ImageTooLarge, "the image has too many pixels"),
        [PictureState.UnknownFormat] = (ErrorCatalog.ImageFormatUnknown, "not a JPEG, PNG, GIF, WebP, TIFF or BMP image"),
        [PictureState.Unreadable] = (ErrorCatalog.CannotRead, "the image cannot be read"),
    };

    public static PictureState Of(ErrorCode code) => Table.Where(entry => entry.Value.Code == code).Select(entry => entry.Key).FirstOrDefault(PictureState.Corrupt);

    /// <summary>Of anything but a sound picture.</summary>
    public static (ErrorCode Code, string Reason) Describe(PictureState state) => Table[state];
}
