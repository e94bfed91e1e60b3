using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <summary>A store that others share: the same names as in a <see cref="ContentStore"/>, elsewhere.</summary>
public interface IRemoteStore : IDisposable
{
    /// <summary>As the user wrote it.</summary>
    string Address { get; }

    /// <summary>Bytes of what is there under the name; null where nothing is. A server may keep the half of an upload that was cut.</summary>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    long? SizeOf(string name);

    /// <param name="largestBytes">More is not taken: whoever can write there must not fill this disk.</param>
    /// <returns>false: there is no such thing.</returns>
    /// <exception cref="IOException">The store cannot be reached.</exception>
    /// <exception cref="DiagnosticException">It is larger than that.</exception>
    bool TryFetch(string name, Stream target, long largestBytes);

    /// <summary>Appears whole or not at all.</summary>
    /// <exception cref="IOException">The store cannot be reached or written.</exception>
    void Put(string name, string path);
}
