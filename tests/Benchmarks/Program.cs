using Llava.Benchmarks;

if (args.Length == 0 || args[0] is "--help" or "-h" or "--list")
{
    Console.WriteLine("dotnet run --project tests/Benchmarks -- NAME SCRATCH_FOLDER [--rounds N]\n");
    foreach (var entry in BenchmarkTable.All)
        Console.WriteLine($"{entry.Name,-24}{entry.Measures}");
    return 0;
}
if (BenchmarkTable.All.FirstOrDefault(entry => entry.Name == args[0]) is not { } benchmark || args.Length < 2)
{
    Console.Error.WriteLine($"benchmarks: expected one of {string.Join(", ", BenchmarkTable.All.Select(entry => entry.Name))}, and a scratch folder");
    return 2;
}
var rounds = args is [_, _, "--rounds", var number, ..] ? int.Parse(number) : benchmark.Rounds;
var scratch = Directory.CreateDirectory(args[1]).FullName;
var table = await benchmark.RunAsync(scratch, rounds);
var file = ResultFile.Write(benchmark, table, rounds);
Console.WriteLine(File.ReadAllText(file));
return 0;
