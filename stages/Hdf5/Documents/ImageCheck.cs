namespace Llava.Hdf5.Documents;

/// <summary>What was found at an image's path: the result for its sample holds as long as this does.</summary>
/// <param name="Path">As written in the document.</param>
readonly record struct ImageCheck(string Path, ImageState State);
