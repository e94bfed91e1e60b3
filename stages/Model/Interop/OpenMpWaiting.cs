using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Llava.Model.Interop;

/// <summary>
/// libtorch's OpenMP threads wait for work by spinning. On cores that something else needs as well, the image decoder or
/// another program, that costs a factor of twenty at small sizes: let them sleep. A setting of the user's own is kept.
/// </summary>
static partial class OpenMpWaiting
{
    // Environment.SetEnvironmentVariable does not reach native code, and libgomp reads the variable once, when it is loaded.
#pragma warning disable CA2255 // Not for libraries: this one has to come before libtorch, whichever of its types is used first.
    [ModuleInitializer]
#pragma warning restore CA2255
    internal static void Sleep()
    {
        if (OperatingSystem.IsLinux())
            _ = setenv("OMP_WAIT_POLICY", "PASSIVE", overwrite: 0);
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);
}
