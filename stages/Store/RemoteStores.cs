namespace Llava.Store;

/// <summary>What <c>-p:RemoteStore=</c> may name.</summary>
public static class RemoteStores
{
    static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(30);

    /// <param name="address"><c>s3://bucket/prefix</c>, or a folder.</param>
    /// <param name="patience">How long nothing may move on the network; 30 s unless given.</param>
    public static IRemoteStore Open(string address, TimeSpan? patience = null) => address.StartsWith("s3://", StringComparison.Ordinal)
        ? new S3RemoteStore(address, patience ?? DefaultPatience)
        : new FolderRemoteStore(Path.GetFullPath(address));
}
