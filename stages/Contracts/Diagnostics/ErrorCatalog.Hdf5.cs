namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode DamagedHdf5File = new("LLAVA3101", "an H5 file is damaged");
    public static readonly ErrorCode UnsupportedHdf5File = new("LLAVA3102", "an H5 file uses a part of the format that is not supported");
    public static readonly ErrorCode NotASampleFile = new("LLAVA3103", "an H5 file does not hold samples of the expected shape");
    public static readonly ErrorCode NoSampleFiles = new("LLAVA3104", "a folder holds no H5 files");
}
