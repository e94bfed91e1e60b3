namespace Llava.Preprocess.Verification;

/// <summary>What was found of a picture file.</summary>
enum PictureState : byte
{
    Sound,
    Missing,
    Empty,
    Truncated,
    Corrupt,
    TooLarge,
    UnknownFormat,
    Unreadable,
}
