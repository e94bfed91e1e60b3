namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode TokenizerMissing = new("LLAVA3020", "a folder holds no tokenizer");
    public static readonly ErrorCode BadTokenizer = new("LLAVA3021", "a tokenizer file is damaged");
    public static readonly ErrorCode UnsupportedTokenizer = new("LLAVA3022", "a tokenizer of a kind that is not read");
    public static readonly ErrorCode UnknownSystemPrompt = new("LLAVA3023", "a system prompt style that does not exist");
}
