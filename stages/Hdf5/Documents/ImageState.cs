namespace Llava.Hdf5.Documents;

/// <summary>What lies where a sample says that its image is.</summary>
enum ImageState : byte
{
    Missing,
    File,
    Folder,
}
