using Llava.Model.Interop;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>Process-wide settings of libtorch, made in one place before the first tensor.</summary>
public static class TorchRuntime
{
    /// <summary>Sums inside libtorch are split by thread, so results repeat only for the same number of threads.</summary>
    public const int DefaultThreads = 2;

    static readonly Lock Gate = new();

    /// <summary>The number of threads that operators use; 0 before the first <see cref="Use"/>.</summary>
    public static int Threads { get; private set; }

    /// <summary><see cref="DefaultThreads"/>, unless a number was chosen before.</summary>
    public static void UseDefault()
    {
        if (Threads == 0)
            Use(DefaultThreads);
    }

    public static void Use(int threads = DefaultThreads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (Threads == threads)
                return;
            if (Threads == 0)
                NativeHeap.KeepFreedMemory();
            set_num_threads(threads);
            Threads = threads;
        }
    }
}
