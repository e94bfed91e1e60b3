using System.Runtime.InteropServices;

namespace Llava.Model.Interop;

/// <summary>How much memory a GPU has and how much is taken, which TorchSharp does not tell: asked of NVIDIA's driver (CUDA Driver API, <c>cuDeviceTotalMem</c>, <c>cuMemGetInfo</c>).</summary>
public static partial class DeviceMemory
{
    const string Driver = "libcuda.so.1";
    const int Success = 0;

    /// <returns>Bytes, those in use included; null where there is no driver or no GPU.</returns>
    public static long? OfFirstGpu() => Ask(() => cuInit(0) == Success && cuDeviceGet(out var device, 0) == Success && cuDeviceTotalMem_v2(out var bytes, device) == Success ? (long)bytes : null);

    /// <returns>Bytes of this thread's GPU that are taken, by freed memory that libtorch keeps and by other programs too; null where this thread has used none.</returns>
    public static long? InUse() => Ask(() => cuMemGetInfo_v2(out var free, out var total) == Success ? (long)(total - free) : null);

    static long? Ask(Func<long?> question)
    {
        try
        {
            return question();
        }
        catch (Exception error) when (error is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport(Driver)]
    private static partial int cuInit(uint flags);

    [LibraryImport(Driver)]
    private static partial int cuDeviceGet(out int device, int ordinal);

    [LibraryImport(Driver)]
    private static partial int cuDeviceTotalMem_v2(out nuint bytes, int device);

    [LibraryImport(Driver)]
    private static partial int cuMemGetInfo_v2(out nuint free, out nuint total);
}
