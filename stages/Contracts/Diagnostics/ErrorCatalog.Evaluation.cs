namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode TokenizerDoesNotFit = new("LLAVA6001", "a tokenizer has more tokens than the model");
    public static readonly ErrorCode PromptAndPictureDiffer = new("LLAVA6002", "a prompt and its picture do not belong together");
    public static readonly ErrorCode PromptTooLong = new("LLAVA6003", "a prompt and its answer do not fit into the model's positions");
    public static readonly ErrorCode PreprocessorDoesNotFit = new("LLAVA6004", "the pictures' size is not the vision tower's");
    public static readonly ErrorCode PortTaken = new("LLAVA6005", "the server's port is taken");
    public static readonly ErrorCode UnknownBenchmark = new("LLAVA6101", "there is no such benchmark");
    public static readonly ErrorCode BadQuestions = new("LLAVA6102", "a question file cannot be read");
    public static readonly ErrorCode UnsafeQuestionImage = new("LLAVA6103", "a question's image path leaves the image folder");
    public static readonly ErrorCode RepeatedQuestion = new("LLAVA6104", "a question id stands twice");
    public static readonly ErrorCode BadAnswers = new("LLAVA6105", "an answers file cannot be read");
    public static readonly ErrorCode MissingAnswers = new("LLAVA6106", "questions have no answer");
    public static readonly ErrorCode AnnotationsDoNotFit = new("LLAVA6107", "annotations and answers belong to different sets of questions");
    public static readonly ErrorCode BadAnnotations = new("LLAVA6108", "an annotation file cannot be read");
    public static readonly ErrorCode ScoredElsewhere = new("LLAVA6109", "the benchmark is scored by a server");
    public static readonly ErrorCode MissingImage = new("LLAVA6110", "a question's image is missing");
    public static readonly ErrorCode AnnotationsNeeded = new("LLAVA6111", "the benchmark's annotations are needed for a score");
}
