using System.Runtime.InteropServices;
using Llava.Data.Images;

namespace Llava.Preprocess.Verification;

/// <summary>A picture file as it was when it was last opened.</summary>
/// <param name="SizeBytes">0 for a file that does not exist.</param>
/// <param name="ModifiedTicks">0 for a file that was too young to be told from a later one.</param>
[StructLayout(LayoutKind.Sequential, Pack = 1)]
readonly record struct PictureFinding(long SizeBytes, long ModifiedTicks, PictureState State, ImageFormat Format, PictureVerification Verification)
{
    /// <summary>Whether a file of this size and time need not be opened to be verified so closely.</summary>
    public bool Holds(long sizeBytes, long modifiedTicks, PictureVerification wanted) =>
        SizeBytes == sizeBytes && ModifiedTicks == modifiedTicks && (Verification >= wanted || State != PictureState.Sound);
}
