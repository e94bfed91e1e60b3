using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints.Torch;

/// <summary>
/// The memory that the objects of a pickle may take. Plain Python data takes up to eleven times its pickled length here (a pair of small
/// numbers, remembered); a pickle made to be unpacked takes a hundred times. Nothing is given back.
/// </summary>
sealed class PickleBudget(long pickleBytes, string path)
{
    /// <summary>Bytes of an object of each kind, with what the runtime adds.</summary>
    public const int PlaceBytes = 8, NumberBytes = 24, PairBytes = 16, TextBytes = 24, TupleBytes = 24, StorageBytes = 64, ContainerBytes = 56, CallBytes = 96;

    const long FreeBytes = 4 << 20, PerPickledByte = 12;

    long _left = FreeBytes + PerPickledByte * pickleBytes;

    /// <exception cref="DiagnosticException">There is nothing left.</exception>
    public void Charge(long bytes)
    {
        if ((_left -= bytes) < 0)
            throw ErrorCatalog.RefusedPickle.Fails(path, $"the objects of the pickle would take more than {PerPickledByte} times its {pickleBytes} bytes; tensors and plain data take less");
    }

    public T Charged<T>(long bytes, T value)
    {
        Charge(bytes);
        return value;
    }
}
