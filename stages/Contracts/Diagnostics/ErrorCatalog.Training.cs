namespace Llava.Contracts.Diagnostics;

public static partial class ErrorCatalog
{
    public static readonly ErrorCode UnsupportedSetting = new("LLAVA5001", "a training setting is not supported");
    public static readonly ErrorCode FreezePatternMatchesNothing = new("LLAVA5002", "a freeze pattern matches nothing");
    public static readonly ErrorCode NothingToTrain = new("LLAVA5003", "every parameter is frozen");
    public static readonly ErrorCode NoSupervision = new("LLAVA5004", "a batch has nothing to learn from");
    public static readonly ErrorCode LossNotFinite = new("LLAVA5005", "the loss or a gradient is not a finite number");
    public static readonly ErrorCode SettingsChanged = new("LLAVA5006", "the settings differ from those of the checkpoint");
    public static readonly ErrorCode DamagedTrainingCheckpoint = new("LLAVA5007", "a training checkpoint is damaged");
    public static readonly ErrorCode ScheduleDoesNotFit = new("LLAVA5008", "the learning-rate schedule does not fit the number of steps");
    public static readonly ErrorCode NoStartingWeights = new("LLAVA5009", "there are no weights to start from");
    public static readonly ErrorCode DeviceUnavailable = new("LLAVA5010", "the device is not there");
    public static readonly ErrorCode TooFewSamples = new("LLAVA5011", "the data set is smaller than a batch");
    public static readonly ErrorCode ImageElsewhere = new("LLAVA5012", "the samples have their image elsewhere");
    public static readonly ErrorCode OutOfMemory = new("LLAVA5013", "a training does not fit into memory");
    public static readonly ErrorCode SequenceTooLong = new("LLAVA5050", "a sequence is longer than the model's positions");
}
