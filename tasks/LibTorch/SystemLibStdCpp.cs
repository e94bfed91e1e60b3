using System.Runtime.InteropServices;

namespace Llava.Tasks.LibTorch;

/// <summary>The C++ library that the dynamic loader of this machine picks.</summary>
static class SystemLibStdCpp
{
    const string FileName = "libstdc++.so.6";

    /// <summary>Its path, or null where there is none. The runtime itself is linked to it, so it is mapped already; if not, it is loaded.</summary>
    public static string? FindPath() =>
        FindMapped() ?? (NativeLibrary.TryLoad(FileName, out _) ? FindMapped() : null);

    static string? FindMapped() => File.ReadLines("/proc/self/maps")
        .Select(line => line.IndexOf('/') is var slash and >= 0 ? line[slash..] : "")
        .FirstOrDefault(path => Path.GetFileName(path).StartsWith("libstdc++.so.6", StringComparison.Ordinal));
}
