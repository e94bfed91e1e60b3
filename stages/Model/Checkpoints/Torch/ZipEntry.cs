namespace Llava.Model.Checkpoints.Torch;

/// <param name="DataOffset">Where its bytes start in the file; stored, not compressed.</param>
readonly record struct ZipEntry(string Name, long DataOffset, long Length);
