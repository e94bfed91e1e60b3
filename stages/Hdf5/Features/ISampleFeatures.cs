using Llava.Hdf5.Documents;

namespace Llava.Hdf5.Features;

/// <summary>Turns a document into tokens with their flags. Not thread-safe: each worker has its own.</summary>
interface ISampleFeatures
{
    /// <summary>Place of the first image patch in a row; null when samples have no images.</summary>
    int? ImagePatchStart { get; }

    /// <returns>Null, or why this document cannot be a row.</returns>
    SampleRejection? Build(LlavaDocument document, TokenSequence tokens);
}
