using System.Text.Json;
using Llava.Contracts.Configuration;
using Llava.Data.Loading;
using Llava.Data.Tests.Images;
using Llava.Tests;

namespace Llava.Data.Tests.Loading;

/// <summary>What ModelZoo's own loader gave for the phase-2 files.</summary>
public class LlavaDataLoaderGoldenTests
{
    const string Yaml = """
        data_processor: LlavaHDF5MapDataProcessor
        image_data_size: [3, 56, 56]
        mixed_precision: false
        transforms:
          - {name: expand_to_square, background_color: [122, 116, 104]}
          - {name: resize, size: 56, interpolation: bicubic}
          - {name: center_crop, size: 56}
          - {name: to_tensor}
          - {name: normalize, mean: [0.48145466, 0.4578275, 0.40821073], std: [0.26862954, 0.26130258, 0.27577711]}
        batch_size: 1
        """;

    [Fact]
    public void Every_feature_equals_the_reference()
    {
        var folder = GoldenData.Require("h5/loader");
        var parity = GoldenData.Require("h5/parity");
        var run = Path.Combine(parity, "phase2_small");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "loader.json")));
        var rows = NumpyFile.Read<int>(Path.Combine(run, "examples_0_0.data.npy"), "<i4");
        var config = ConfigReader.Read<LlavaDataConfig>(ConfigDocument.Parse(
            Yaml, "train.yaml", [$"data_dir={JsonSerializer.Serialize(run)}", $"img_data_dir={JsonSerializer.Serialize(Path.Combine(parity, "images"))}"]));
        using var loader = LlavaDataLoader.Open(config);
        Assert.Equal(golden.RootElement.GetProperty("len").GetInt64(), loader.SamplesPerEpoch);
        var samples = golden.RootElement.GetProperty("samples").EnumerateArray().ToDictionary(sample => sample.GetProperty("index").GetInt64());
        Assert.NotEmpty(samples);
        foreach (var (index, sample) in samples)
        {
            using var batch = loader.Read(loader.Start with { NextIndex = index }, LoaderPass.OneEpoch, cancellationToken: TestContext.Current.CancellationToken).First();
            var path = sample.GetProperty("img_path").GetString();
            Assert.Equal(path == "None" ? null : path, batch.ImagePaths[0]);
            Assert.Equal(NumpyFile.Read<float>(Path.Combine(folder, $"sample_{index}.image_data.npy"), "<f4"), batch.ImageDataSingle);
            var length = loader.MaxSequenceLength;
            var features = rows.Chunk(length).Skip((int)index * 4).Take(4).ToArray();
            Assert.Equal(features, [batch.TextInputIds, batch.LossMask, batch.Labels, batch.KeyPaddingMask]);
        }
    }
}
