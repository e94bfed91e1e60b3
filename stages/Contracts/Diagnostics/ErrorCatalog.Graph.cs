namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode LibTorchSharpDoesNotFit = new("LLAVA7050", "libLibTorchSharp.so does not fit this system");
    public static readonly ErrorCode StageInputMissing = new("LLAVA7001", "a stage's input is missing");
    public static readonly ErrorCode StageFailed = new("LLAVA7002", "a stage failed");
    public static readonly ErrorCode StageStopped = new("LLAVA7003", "a stage was stopped");
    public static readonly ErrorCode InputChangedUnderRun = new("LLAVA7004", "an input changed while the stage ran");
    public static readonly ErrorCode UnknownRecipe = new("LLAVA7005", "there is no such recipe");
    public static readonly ErrorCode UnknownItem = new("LLAVA7006", "a dataset or benchmark is not described well");
    public static readonly ErrorCode ArtifactsInUse = new("LLAVA7007", "another run works on the artifacts folder");
    public static readonly ErrorCode DiskTooSmall = new("LLAVA7008", "the disk is too small");
    public static readonly ErrorCode StoreEntryRefused = new("LLAVA7009", "an entry of the store cannot be trusted");
    public static readonly ErrorCode RemoteStoreUnreachable = new("LLAVA7010", "the remote store cannot be used");
    public static readonly ErrorCode StoreUnusable = new("LLAVA7011", "the store cannot be read or written");
    public static readonly ErrorCode RunDiffers = new("LLAVA7020", "a run is not the one that was committed");
    public static readonly ErrorCode RunManifestUnreadable = new("LLAVA7021", "there is no run manifest that can be read");
}
