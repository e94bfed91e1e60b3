namespace Llava.Tasks.LibTorch;

/// <param name="Offset">In the file, bytes.</param>
/// <param name="Link">Index of the section that this one refers to.</param>
sealed record ElfSection(uint Type, int Offset, int Size, int Link, int Info);
