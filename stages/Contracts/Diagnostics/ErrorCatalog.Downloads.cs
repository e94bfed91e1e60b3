namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode BadDownload = new("LLAVA2050", "a download is not described well");
    public static readonly ErrorCode FetchedByHand = new("LLAVA2051", "a set has to be fetched by hand");
    public static readonly ErrorCode NotAtSource = new("LLAVA2052", "the source does not have what is asked for");
    public static readonly ErrorCode AccessDenied = new("LLAVA2053", "the source does not let this user in");
    public static readonly ErrorCode WrongContent = new("LLAVA2054", "a file is not what its source announces");
    public static readonly ErrorCode NotAsLocked = new("LLAVA2055", "a file is not the one that is locked");
    public static readonly ErrorCode NotLocked = new("LLAVA2056", "a download is not locked");
    public static readonly ErrorCode TransferFailed = new("LLAVA2057", "a transfer failed");
    public static readonly ErrorCode NotEnoughSpace = new("LLAVA2058", "the disk is too small for what is to be downloaded");
    public static readonly ErrorCode UnsafeArchive = new("LLAVA2059", "an archive must not be unpacked");
    public static readonly ErrorCode BadArchive = new("LLAVA2060", "an archive cannot be read");
    public static readonly ErrorCode FileInTheWay = new("LLAVA2061", "another file is in the way");
    public static readonly ErrorCode BadLockFile = new("LLAVA2062", "the lock file cannot be read");
    public static readonly ErrorCode BadAnswer = new("LLAVA2063", "a server's answer makes no sense");
    public static readonly ErrorCode DownloadInProgress = new("LLAVA2064", "another run is downloading this");
}
