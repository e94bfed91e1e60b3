using Llava.Model.Interop;
using static TorchSharp.torch;

namespace Llava.Model;

/// <summary>Settings of libtorch, made in one place before the first tensor.</summary>
public static class TorchRuntime
{
    /// <summary>Sums inside libtorch are split by thread, so results repeat only for the same number of threads.</summary>
    public const int DefaultThreads = 2;

    static readonly Lock Gate = new();

    /// <summary>The number of threads that operators use; 0 before the first <see cref="Use"/>.</summary>
    public static int Threads { get; private set; }

    /// <summary>The number that was chosen before, else <see cref="DefaultThreads"/>.</summary>
    public static void UseDefault() => Use(Threads == 0 ? DefaultThreads : Threads);

    /// <summary>To be called on the thread that computes: OpenMP and MKL keep the number by thread, and one that computed before keeps the one of then.</summary>
    public static void Use(int threads = DefaultThreads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        lock (Gate)
        {
            if (Threads == 0)
                NativeHeap.KeepFreedMemory();
            set_num_threads(threads);
            Threads = threads;
        }
    }
}
