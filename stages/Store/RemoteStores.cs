namespace Llava.Store;

/// <summary>What <c>-p:RemoteStore=</c> may name.</summary>
public static class RemoteStores
{
    /// <param name="address"><c>s3://bucket/prefix</c>, or a folder.</param>
    public static IRemoteStore Open(string address) => address.StartsWith("s3://", StringComparison.Ordinal)
        ? new S3RemoteStore(new Uri(address))
        : new FolderRemoteStore(Path.GetFullPath(address));
}
