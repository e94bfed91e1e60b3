namespace Llava.Train.Metrics;

static class ResidentMemory
{
    /// <summary>What this process holds in memory now, in units of 10^6 bytes.</summary>
    public static double Megabytes => Math.Round(Environment.WorkingSet / 1e6);
}
