namespace Llava.Tasks.LibTorch;

/// <summary>A symbol version that another library must offer, or this one does not load.</summary>
/// <param name="NameOffset">Into the string table, bytes.</param>
/// <param name="Version">The index symbols refer to.</param>
/// <param name="FileOffset">Of the entry itself; its first four bytes are the hash.</param>
sealed record ElfVersionNeed(string Library, string Name, int NameOffset, uint Hash, int Version, int FileOffset);
