namespace Llava.Data.Loading;

public enum LoaderPass
{
    /// <summary>Epoch after epoch, for training.</summary>
    Endless,

    /// <summary>From the position to the end of its epoch, every sample once, the last batch short; for evaluation.</summary>
    OneEpoch,
}
