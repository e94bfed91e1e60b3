using System.Runtime.InteropServices;

namespace Llava.Tasks.Reproducing;

/// <summary>
/// What of a machine decides the last bits of a float: the libraries choose their kernels by the processor's maker and its vector
/// instructions. Nothing that could tell one machine from another of its kind.
/// </summary>
sealed record Machine(string Architecture, string Maker, string Instructions)
{
    // Those that libtorch and its libraries ask for.
    static readonly string[] Asked =
    [
        "avx", "f16c", "fma", "avx2", "avx_vnni", "avx512f", "avx512bw", "avx512dq", "avx512vl", "avx512_vnni", "avx512_bf16", "avx512_fp16", "amx_bf16", "amx_int8",
    ];

    public static Machine OfThis() => Parse(RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant(), File.Exists("/proc/cpuinfo") ? File.ReadLines("/proc/cpuinfo") : []);

    public static Machine Parse(string architecture, IEnumerable<string> cpuInfo)
    {
        var fields = cpuInfo.TakeWhile(line => line.Length > 0).Select(line => line.Split(':', 2)).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0].Trim(), pair => pair[1].Trim());
        var flags = fields.GetValueOrDefault("flags", "").Split(' ').ToHashSet();
        return new Machine(architecture, fields.GetValueOrDefault("vendor_id", "unknown"), string.Join(' ', Asked.Where(flags.Contains)));
    }

    public override string ToString() => $"{Architecture} {Maker}, {(Instructions.Length == 0 ? "vector instructions unknown" : Instructions)}";
}
