using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Llava.Tests;

/// <summary>What a keyboard, a supervisor or the kernel sends to programs, and who gets it.</summary>
static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    const int Continue = 18;
    const int Stop = 19;

    /// <summary>A shell starts what runs behind it deaf to Ctrl-C, and so would be all that the tests start there.</summary>
    public static readonly string[] HearingCtrlC = ["env", "--default-signal=INT"];

    /// <param name="process">A negative one: the whole group.</param>
    /// <returns>false: nobody is there any more.</returns>
    public static bool Send(int process, int signal) => SendTo(process, signal) == 0;

    /// <summary>Holds a process until it is disposed, so that what has to happen meanwhile happens meanwhile on any machine.</summary>
    public static IDisposable Hold(int process) => new HeldProcess(process);

    /// <summary>The program that a build has started; waited for where it has started none yet.</summary>
    public static int ChildOf(int build)
    {
        Process? child = null;
        Assert.True(SpinWait.SpinUntil(() => (child = Process.GetProcesses().FirstOrDefault(process => ParentOf(process.Id) == build)) is not null, TimeSpan.FromMinutes(1)));
        return child!.Id;
    }

    // The second field behind the name, which may hold anything: the state comes first.
    static int? ParentOf(int process)
    {
        try
        {
            return int.Parse(File.ReadAllText($"/proc/{process}/stat").Split(") ")[^1].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return null; // it has just ended
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int SendTo(int process, int signal);

    sealed class HeldProcess : IDisposable
    {
        readonly int _process;

        public HeldProcess(int process)
        {
            _process = process;
            Send(process, Stop);
        }

        public void Dispose() => Send(_process, Continue);
    }
}
