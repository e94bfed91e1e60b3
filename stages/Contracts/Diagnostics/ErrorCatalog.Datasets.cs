namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode TooManyQuarantined = new("LLAVA2001", "too many samples cannot be used");
    public static readonly ErrorCode MalformedSample = new("LLAVA2002", "a sample is not JSON");
    public static readonly ErrorCode NotAJsonArray = new("LLAVA2003", "a file is not the JSON array it should be");
    public static readonly ErrorCode MissingField = new("LLAVA2004", "a sample lacks a field, or its type is wrong");
    public static readonly ErrorCode NoAnswer = new("LLAVA2005", "a sample has no usable answer");
    public static readonly ErrorCode UnsafeImagePath = new("LLAVA2006", "an image path leaves the image folder");
    public static readonly ErrorCode UnusableImage = new("LLAVA2007", "an image cannot be decoded");
    public static readonly ErrorCode UnknownDataset = new("LLAVA2008", "no such dataset");
    public static readonly ErrorCode SampleTooLarge = new("LLAVA2009", "a sample is too large");
    public static readonly ErrorCode LeftOut = new("LLAVA2010", "a sample is left out on purpose");
    public static readonly ErrorCode BadParquet = new("LLAVA2011", "a parquet file cannot be read");
    public static readonly ErrorCode DuplicateShard = new("LLAVA2012", "two shards have the same number");
}
