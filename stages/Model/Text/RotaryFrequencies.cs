using Llava.Model.Configuration;

namespace Llava.Model.Text;

/// <summary>
/// How fast each pair of numbers turns, in radians a position: <c>theta^(-2i/R)</c>, changed where sequences are longer than in the
/// pre-training. The same steps in float32 as ModelZoo's layers/RotaryPositionEmbeddingHelper.py, whose angles at late positions carry that rounding.
/// </summary>
static class RotaryFrequencies
{
    const int Llama3OriginalLength = 8192;

    /// <param name="inverse_R">Unchanged, one for each pair.</param>
    /// <returns>Frequencies, and what sines and cosines are multiplied by.</returns>
    public static (float[] Frequencies, double Magnitude) Scale(float[] inverse_R, TextModelConfig config) => config.PosScalingType switch
    {
        "yarn" or "YaRN" => (Yarn(inverse_R, config), config.PosScalingFactor <= 1 ? 1 : config.PosScalingExtraArgs.MscaleA * Math.Log(config.PosScalingFactor) + config.PosScalingExtraArgs.MscaleB),
        "llama3" => ([.. inverse_R.Select(frequency => Llama3(frequency, config))], 1),
        _ => (inverse_R, 1),
    };

    // Peng et al. 2023, section 3.2: a ramp from the pairs that keep their frequency to those that are divided.
    static float[] Yarn(float[] inverse_R, TextModelConfig config)
    {
        var settings = config.PosScalingExtraArgs;
        var low = Math.Max(Math.Floor(PairThatTurns(settings.BetaFast, config)), 0);
        var high = Math.Min(Math.Ceiling(PairThatTurns(settings.BetaSlow, config)), config.RotarySize - 1);
        var width = (float)(low == high ? 0.001 : high - low);
        return
        [
            .. inverse_R.Select((frequency, pair) =>
            {
                var kept = (1 - Math.Clamp((pair - (float)low) / width, 0, 1)) * (float)settings.ExtrapolationFactor;
                return frequency / (float)config.PosScalingFactor * (1 - kept) + frequency * kept;
            }),
        ];
    }

    // Which pair makes this many turns over the original length.
    static double PairThatTurns(double turns, TextModelConfig config) =>
        config.RotarySize * Math.Log(config.PosScalingExtraArgs.OriginalMaxPositionEmbeddings!.Value / (turns * 2 * Math.PI)) / (2 * Math.Log(config.RopeTheta));

    static float Llama3(float frequency, TextModelConfig config)
    {
        var settings = config.PosScalingExtraArgs;
        var length = settings.OriginalMaxPositionEmbeddings ?? Llama3OriginalLength;
        var wavelength = (float)(2 * Math.PI) / frequency;
        var factor = (float)config.PosScalingFactor;
        if (wavelength < length / settings.HighFreqFactor)
            return frequency;
        if (wavelength > length / settings.LowFreqFactor)
            return frequency / factor;
        var smooth = (length / wavelength - (float)settings.LowFreqFactor) / (float)(settings.HighFreqFactor - settings.LowFreqFactor);
        return (1 - smooth) * frequency / factor + smooth * frequency;
    }
}
