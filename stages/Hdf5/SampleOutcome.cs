using Llava.Hdf5.Documents;
using Llava.Hdf5.Features;

namespace Llava.Hdf5;

/// <summary>What became of one line: a row, or a rejection.</summary>
/// <param name="Line">From 1.</param>
/// <param name="Id">The sample's own, where it could be read.</param>
/// <param name="Image">What was found where its image should be; null when it was not looked for.</param>
/// <param name="Characters">Code points of its texts; null when it could not be read as a conversation.</param>
sealed record SampleOutcome(long Line, string? Id, ImageCheck? Image, long? Characters, long Utf8Bytes, SampleRejection? Rejection, SampleOutcome.Row? Finished)
{
    /// <param name="Compressed">As stored.</param>
    public sealed record Row(byte[] Compressed, string? ImagePath, bool ImageIsFolder, SampleStatistics Statistics);
}
