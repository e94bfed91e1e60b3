namespace Llava.Data.Hdf5;

/// <summary>
/// The features of one sample as they lie in <c>data</c>, (n, 4, max_seq_length) int32. Source:
/// <c>create_features_llava_phase1/2</c> of ModelZoo's <c>hdf5_preprocessing/utils.py</c>.
/// </summary>
public static class SampleRow
{
    public const int FeatureCount = 4;
    public const int InputIds = 0;
    public const int LossMask = 1;

    /// <summary>Input ids shifted by one.</summary>
    public const int Labels = 2;

    /// <summary>1 = do not attend.</summary>
    public const int KeyPaddingMask = 3;

    /// <summary>Number of int32 values of a row.</summary>
    public static int LengthOf(int maxSequenceLength) => FeatureCount * maxSequenceLength;
}
