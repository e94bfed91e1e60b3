namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode FileNotFound = new("LLAVA1001", "a file or folder is missing");
    public static readonly ErrorCode BadYaml = new("LLAVA1002", "the yaml cannot be parsed");
    public static readonly ErrorCode UnknownKey = new("LLAVA1003", "unknown configuration key");
    public static readonly ErrorCode WrongType = new("LLAVA1004", "a configuration value has the wrong type");
    public static readonly ErrorCode MissingKey = new("LLAVA1005", "a required configuration key is missing");
    public static readonly ErrorCode BadValue = new("LLAVA1006", "a configuration value is out of range");
    public static readonly ErrorCode DuplicateKey = new("LLAVA1007", "a configuration key stands twice");
    public static readonly ErrorCode BadOverride = new("LLAVA1008", "a --set override cannot be applied");
    public static readonly ErrorCode BadArguments = new("LLAVA1009", "the command line is wrong");
    public static readonly ErrorCode CannotWrite = new("LLAVA1010", "an output cannot be written");
    public static readonly ErrorCode CannotRead = new("LLAVA1011", "an input cannot be read");
    public static readonly ErrorCode MemoryRanOut = new("LLAVA1012", "memory ran out");
    public static readonly ErrorCode InternalError = new("LLAVA1099", "a bug in the program");
}
