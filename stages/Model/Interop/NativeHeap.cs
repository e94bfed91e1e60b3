using System.Runtime.InteropServices;

namespace Llava.Model.Interop;

/// <summary>
/// glibc gives every freed tensor of more than 128 KiB back to the system and asks for it again at the next step; keeping up
/// to a quarter of a gigabyte saves a tenth of a small model's step.
/// </summary>
static partial class NativeHeap
{
    const int TrimThreshold = -1;
    const int TopPadding = -2;
    const int MappingThreshold = -3;
    const int MebiByte = 1 << 20;

    public static void KeepFreedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;
        _ = mallopt(MappingThreshold, 32 * MebiByte);
        _ = mallopt(TrimThreshold, 256 * MebiByte);
        _ = mallopt(TopPadding, 16 * MebiByte);
    }

    [LibraryImport("libc")]
    private static partial int mallopt(int parameter, int value);
}
