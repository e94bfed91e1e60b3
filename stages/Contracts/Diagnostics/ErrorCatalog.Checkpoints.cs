namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode BadCheckpointFile = new("LLAVA4001", "a checkpoint file is damaged");
    public static readonly ErrorCode BadCheckpointIndex = new("LLAVA4002", "a checkpoint's index and shards disagree");
    public static readonly ErrorCode DuplicateTensor = new("LLAVA4003", "a checkpoint holds one key twice");
    public static readonly ErrorCode UnsupportedTensor = new("LLAVA4004", "a tensor of a kind that is not supported");
    public static readonly ErrorCode RefusedPickle = new("LLAVA4005", "a pickle asks for more than tensors and plain containers");
    public static readonly ErrorCode UnsupportedContainer = new("LLAVA4006", "a checkpoint container that is not supported");
    public static readonly ErrorCode MissingTensor = new("LLAVA4007", "a checkpoint lacks a tensor");
    public static readonly ErrorCode UnknownTensor = new("LLAVA4008", "a checkpoint holds a tensor that no rule knows");
    public static readonly ErrorCode WrongTensorShape = new("LLAVA4009", "a tensor's shape does not fit the configuration");
    public static readonly ErrorCode UnsupportedArchitecture = new("LLAVA4010", "an architecture that does not convert");
    public static readonly ErrorCode BadModelConfig = new("LLAVA4011", "a model's config.json cannot be used");
    public static readonly ErrorCode UnsupportedConversion = new("LLAVA4012", "there is no such conversion");
    public static readonly ErrorCode WeightsNotFinite = new("LLAVA4013", "weights are not finite");
    public static readonly ErrorCode TokenizerLengthDiffers = new("LLAVA4014", "the tokenizer and the vocabulary differ in length");
    public static readonly ErrorCode ConversionDiffers = new("LLAVA4015", "a converted model computes something else than its source");
    public static readonly ErrorCode OutputHoldsSource = new("LLAVA4016", "a conversion would write over its source");
    public static readonly ErrorCode VisionTowerLeftOut = new("LLAVA4017", "a trained vision tower is left out");
}
