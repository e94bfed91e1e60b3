using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Data.Loading;
using Llava.Tests;

namespace Llava.Golden.Tests.Hdf5;

/// <summary>What ModelZoo's own loader gave for the phase-2 files.</summary>
public sealed class LoaderTests
{
    const string Yaml = """
        data_processor: LlavaHDF5MapDataProcessor
        image_data_size: [3, {0}, {0}]
        mixed_precision: false
        transforms:
          - {name: expand_to_square, background_color: [122, 116, 104]}
          - {name: resize, size: {0}, interpolation: bicubic}
          - {name: center_crop, size: {0}}
          - {name: to_tensor}
          - {name: normalize, mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711]}
        batch_size: 1
        """;

    [Fact]
    public void Every_feature_equals_the_reference()
    {
        var folder = GoldenSet.Require("h5/loader");
        var run = GoldenSet.Require("h5/parity/phase2_small");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "loader.json")));
        JsonElement[] samples = [.. golden.RootElement.GetProperty("samples").EnumerateArray()];
        int size = samples[0].GetProperty("shapes").Integers("image_data")[^1];
        var rows = NumpyArchive.ReadArray(Path.Combine(run, "examples_0_0.data.npy")).Integers();
        using var loader = LlavaDataLoader.Open(Config(run, Path.Combine(run, "..", "images"), size));
        Assert.Equal(golden.RootElement.GetProperty("len").GetInt64(), loader.SamplesPerEpoch);
        Comparison.Each("h5", "loader samples", samples, sample =>
        {
            var index = sample.GetProperty("index").GetInt64();
            using var batch = loader.Read(loader.Start with { NextIndex = index }, LoaderPass.OneEpoch, cancellationToken: TestContext.Current.CancellationToken).First();
            var path = sample.GetProperty("img_path").GetString();
            Assert.Equal(path == "None" ? null : path, batch.ImagePaths[0]);
            Assert.Equal(NumpyArchive.ReadArray(Path.Combine(folder, $"sample_{index}.image_data.npy")).Floats(), batch.ImageDataSingle);
            var features = rows.Select(value => (int)value).Chunk(loader.MaxSequenceLength).Skip((int)index * 4).Take(4).ToArray();
            Assert.Equal(features, [batch.TextInputIds, batch.LossMask, batch.Labels, batch.KeyPaddingMask]);
            return 1;
        });
    }

    static LlavaDataConfig Config(string data, string images, int size) => ConfigReader.Read<LlavaDataConfig>(ConfigDocument.Parse(
        Yaml.Replace("{0}", size.ToString(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal),
        "train.yaml",
        [$"data_dir={JsonSerializer.Serialize(data)}", $"img_data_dir={JsonSerializer.Serialize(images)}"]));
}
