namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode DamagedHdf5File = new("LLAVA3101", "an H5 file is damaged");
    public static readonly ErrorCode UnsupportedHdf5File = new("LLAVA3102", "an H5 file uses a part of the format that is not supported");
    public static readonly ErrorCode NotASampleFile = new("LLAVA3103", "an H5 file does not hold samples of the expected shape");
    public static readonly ErrorCode NoSampleFiles = new("LLAVA3104", "a folder holds no H5 files");
    public static readonly ErrorCode NoDocuments = new("LLAVA3105", "there is no jsonl file to read");
    public static readonly ErrorCode UnsupervisedRows = new("LLAVA3106", "rows carry no loss at all");
    public static readonly ErrorCode NoRows = new("LLAVA3107", "no sample could be used");

    public static readonly ErrorCode UnreadableDocument = new("LLAVA3111", "a line is not a JSON object");
    public static readonly ErrorCode NoConversation = new("LLAVA3112", "a sample has no conversation");
    public static readonly ErrorCode UnpairedTurns = new("LLAVA3113", "a conversation has an odd number of turns");
    public static readonly ErrorCode NotAText = new("LLAVA3114", "a prompt or completion is not a text");
    public static readonly ErrorCode SampleImageMissing = new("LLAVA3115", "an image is missing");
    public static readonly ErrorCode NoImageAndNotTextOnly = new("LLAVA3116", "a sample has neither an image nor the key of text-only samples");
    public static readonly ErrorCode EmptyFirstPrompt = new("LLAVA3117", "the first prompt is empty");
    public static readonly ErrorCode SampleTooLong = new("LLAVA3118", "a sample is longer than max_seq_length");
}
