using System.Globalization;
using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <summary>Copies what others wrote, and no more of it than was said.</summary>
static class BoundedCopy
{
    const int BufferBytes = 1 << 17;

    /// <param name="onRead">Called before the first read and after each.</param>
    /// <exception cref="DiagnosticException">There is more.</exception>
    public static void Copy(Stream source, Stream target, long largestBytes, string shownAs, Action? onRead = null, CancellationToken cancellation = default)
    {
        var buffer = new byte[BufferBytes];
        var total = 0L;
        while (true)
        {
            onRead?.Invoke();
            // A stream of the network knows no other way to be given up.
            var read = source.ReadAsync(buffer, cancellation).AsTask().GetAwaiter().GetResult();
            if (read == 0)
                return;
            if ((total += read) > largestBytes)
                throw ErrorCatalog.StoreEntryRefused.Fails(shownAs, string.Create(CultureInfo.InvariantCulture, $"is larger than the {largestBytes} bytes it may have"));
            target.Write(buffer, 0, read);
        }
    }
}
