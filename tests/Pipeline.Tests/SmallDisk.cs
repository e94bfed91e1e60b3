using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;

namespace Llava.Pipeline.Tests;

/// <summary>A small file system in memory, real to every program, that can grow and be made read-only.</summary>
sealed class SmallDisk : IDisposable
{
    SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Mounts it, or skips the test where this user or container may not.</summary>
    /// <param name="folder">Is created.</param>
    public static SmallDisk MountOrSkip(string folder, int kilobytes)
    {
        Directory.CreateDirectory(folder);
        Assert.SkipUnless(OperatingSystem.IsLinux() && Run("mount", "-t", "tmpfs", "-o", Size(kilobytes), "none", folder), "needs a user who may mount a tmpfs");
        return new SmallDisk(folder);
    }

    public void Resize(int kilobytes) => Remount(Size(kilobytes));

    public void MakeReadOnly() => Remount("ro");

    public void Dispose() => Assert.True(Run("umount", Folder), $"{Folder} is still in use");

    void Remount(string options) => Assert.True(Run("mount", "-o", $"remount,{options}", Folder), options);

    static string Size(int kilobytes) => string.Create(CultureInfo.InvariantCulture, $"size={kilobytes}k");

    /// <summary>Whether a program of the system is there and succeeds.</summary>
    public static bool Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false; // a container need not have it
        }
    }
}
