namespace Llava.Tasks.LibTorch;

/// <param name="NameOffset">Into the string table, bytes.</param>
/// <param name="Version">Index of the version it is bound to; 0 and 1 are none.</param>
sealed record ElfSymbol(int NameOffset, string Name, bool IsDefined, int Version);
