using System.Text.RegularExpressions;
using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <summary>What <c>-p:RemoteStore=</c> may name.</summary>
public static partial class RemoteStores
{
    static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <param name="address"><c>s3://bucket/prefix</c>, or a folder.</param>
    /// <param name="patience">How long nothing may move on the network; 30 s unless given.</param>
    /// <exception cref="DiagnosticException">An address of another kind: a folder of that name is hardly meant.</exception>
    public static IRemoteStore Open(string address, TimeSpan? patience = null)
    {
        if (address.StartsWith("s3://", StringComparison.Ordinal))
            return new S3RemoteStore(address, patience ?? DefaultPatience);
        return Scheme().IsMatch(address)
            ? throw new DiagnosticException(ErrorCatalog.BadArguments.Says($"-p:RemoteStore= is a folder or s3://bucket/prefix, not \"{address}\""))
            : new FolderRemoteStore(Path.GetFullPath(address));
    }

    // Of one letter: a drive.
    [GeneratedRegex("^[a-zA-Z][a-zA-Z0-9+.-]+:")]
    private static partial Regex Scheme();
}
