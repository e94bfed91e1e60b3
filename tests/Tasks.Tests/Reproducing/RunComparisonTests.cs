using Llava.Contracts.Diagnostics;
using Llava.Tasks.Reproducing;
using Llava.Tasks.Staleness;

namespace Llava.Tasks.Tests.Reproducing;

/// <summary>Two runs of two stages: one that packs samples, one that trains on them.</summary>
public sealed class RunComparisonTests
{
    static readonly Machine Here = new("x64", "AuthenticAMD", "avx2 avx512f");

    static RunStage Pack => new(
        "pack", new Dictionary<string, string> { ["Hdf5"] = "c1" }, new Dictionary<string, string> { ["Seed"] = "1" }, [("raw data", "i1")], new Dictionary<string, string> { ["a.h5"] = "f1", ["b.h5"] = "f2" });

    static RunStage Train => new(
        "train", new Dictionary<string, string> { ["Train"] = "c2" }, new Dictionary<string, string> { ["Threads"] = "1" }, [("samples", "f1"), ("weights", "w1")], new Dictionary<string, string> { ["model.safetensors"] = "m1" });

    static RunManifest Run(RunStage pack, RunStage train, Machine? machine = null) => new(machine ?? Here, new Dictionary<string, string> { ["TorchSharp"] = "0.107.0" }, [pack, train]);

    static RunComparison Compare(RunManifest now) => RunComparison.Of(Run(Pack, Train), now);

    [Fact]
    public void The_same_run_is_reproduced_and_code_that_changes_no_output_is_no_difference()
    {
        var comparison = Compare(Run(Pack with { Code = new Dictionary<string, string> { ["Hdf5"] = "c9" } }, Train));
        Assert.Empty(comparison.Differences);
        Assert.Equal(3, comparison.FilesAlike);
    }

    [Fact]
    public void Each_output_that_differs_is_named_with_both_hashes_and_all_that_is_known_to_differ()
    {
        var pack = Pack with { Code = new Dictionary<string, string> { ["Hdf5"] = "c9" }, Settings = new Dictionary<string, string> { ["Seed"] = "2" }, Files = new Dictionary<string, string> { ["a.h5"] = "f9", ["c.h5"] = "f3" } };
        var train = Train with { Inputs = [("samples", "f9"), ("weights", "w1")], Files = new Dictionary<string, string> { ["model.safetensors"] = "m9" } };
        var now = Run(pack, train) with { Packages = new Dictionary<string, string> { ["TorchSharp"] = "0.108.0" } };
        Assert.Equal(
            [
                "pack: setting Seed is 2, not 1",
                "pack: a.h5 has sha256 f9, not f1: setting Seed is 2, not 1, code of Hdf5 differs, package TorchSharp is 0.108.0, not 0.107.0",
                "pack: b.h5 has sha256 (none), not f2: setting Seed is 2, not 1, code of Hdf5 differs, package TorchSharp is 0.108.0, not 0.107.0",
                "pack: c.h5 has sha256 f3, not (none): setting Seed is 2, not 1, code of Hdf5 differs, package TorchSharp is 0.108.0, not 0.107.0",
                "train: input samples has sha256 f9, not f1",
                "train: model.safetensors has sha256 m9, not m1: input samples differs, package TorchSharp is 0.108.0, not 0.107.0",
            ],
            Compare(now).Differences);
    }

    [Fact]
    public void A_difference_without_a_reason_says_so()
        => Assert.Equal(["train: model.safetensors has sha256 m9, not m1: settings, inputs, code and packages are those of the manifest"], Compare(Run(Pack, Train with { Files = new Dictionary<string, string> { ["model.safetensors"] = "m9" } })).Differences);

    [Fact]
    public void Another_processor_excuses_what_depends_on_floats_and_nothing_else()
    {
        var pack = Pack with { Files = new Dictionary<string, string> { ["a.h5"] = "f9", ["b.h5"] = "f2" } };
        var train = Train with { Inputs = [("samples", "f9"), ("weights", "w9")], Settings = new Dictionary<string, string> { ["Threads"] = "2" }, Files = new Dictionary<string, string> { ["model.safetensors"] = "m9" } };
        var comparison = Compare(Run(pack, train, new Machine("x64", "GenuineIntel", "avx2")));
        Assert.Equal(
            [
                "pack: a.h5 has sha256 f9, not f1: settings, inputs, code and packages are those of the manifest",
                "train: setting Threads is 2, not 1",
                "train: input samples has sha256 f9, not f1",
            ],
            comparison.Differences);
        Assert.Equal(
            [
                "train: input weights has sha256 w9, not w1",
                "train: model.safetensors has sha256 m9, not m1: setting Threads is 2, not 1, input samples differs, input weights differs",
            ],
            comparison.NotComparable);
    }

    [Fact]
    public void A_stage_that_did_not_run_or_is_new_is_a_difference()
        => Assert.Equal(["train did not run", "other is not in the manifest"], Compare(Run(Pack, Train with { Stage = "other" })).Differences);

    [Fact]
    public void A_manifest_reads_back_as_it_was_written_and_what_is_none_is_refused()
    {
        var folder = Directory.CreateTempSubdirectory("llava-manifest-").FullName;
        var path = Path.Combine(folder, "run.lock.json");
        Assert.Equal($"{path}: error LLAVA7021: is not there: -t:Reproduce -p:UpdateManifest=true makes it", Assert.Throws<DiagnosticException>(() => RunManifest.Read(path)).Diagnostics[0].ToString());
        Run(Pack, Train).Write(path);
        var comparison = RunComparison.Of(RunManifest.Read(path), Run(Pack, Train));
        Assert.Empty(comparison.Differences);
        Assert.True(comparison.IsSameMachine);
        File.WriteAllText(path, "{\"format\": 2}");
        Assert.Equal($"{path}: error LLAVA7021: cannot be read: it is of another format", Assert.Throws<DiagnosticException>(() => RunManifest.Read(path)).Diagnostics[0].ToString());
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public void Only_files_that_are_the_same_every_time_count_and_a_folder_of_many_is_one_hash()
    {
        var plan = new StagePlan("pack", "/", new Dictionary<string, string>(), new Dictionary<string, string>(), []);
        string[] names = ["a.h5", "metrics.jsonl", "checkpoint_1/training_state.json", ".shards/a.json", "events.out.tfevents.0000000000.llava", "data_params.json", .. Enumerable.Range(0, 65).Select(number => $"png/{number:D2}.png")];
        var files = names.Order(StringComparer.Ordinal).Select(name => new FileFingerprint(name, 1, "0")).ToArray();
        Assert.Equal(["a.h5", "png/*"], RunStage.Of(plan, files).Files.Keys);
    }

    [Fact]
    public void A_machine_is_known_by_its_makers_name_and_vector_instructions_alone()
        => Assert.Equal(new Machine("x64", "GenuineIntel", "avx fma avx2"), Machine.Parse("x64", ["processor\t: 0", "vendor_id\t: GenuineIntel", "model name\t: a certain one", "flags\t\t: fpu sse avx2 fma hypervisor avx", "", "processor\t: 1", "flags\t\t: avx512f"]));
}
