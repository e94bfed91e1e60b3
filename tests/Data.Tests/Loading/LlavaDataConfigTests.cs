using Llava.Contracts.Configuration;
using Llava.Contracts.Diagnostics;
using Llava.Data.Loading;

namespace Llava.Data.Tests.Loading;

public class LlavaDataConfigTests
{
    const string Yaml = """
        data_processor: "LlavaHDF5MapDataProcessor"
        data_dir: "./llava_phase_1_shuffled_4_features"
        img_data_dir: "./LLaVA/LLaVA-Pretrain/images"
        image_data_size: [3, 336, 336]
        mixed_precision: true
        transforms:
          - name: "expand_to_square"
            background_color: [122, 116, 104]
          - name: "resize"
            size: 336
            interpolation: "bicubic"
          - name: "center_crop"
            size: 336
          - name: "to_tensor"
          - name: "normalize"
            mean: [0.48145466, 0.4578275, 0.40821073]
            std: [0.26862954, 0.26130258, 0.27577711]
        shuffle: True
        shuffle_seed: 274508134
        batch_size: 275
        micro_batch_size: 55
        drop_last: True
        num_workers: 8
        prefetch_factor: 1
        persistent_workers: True
        """;

    [Fact]
    public void The_keys_of_ModelZoos_yaml_are_read()
    {
        var config = Read();
        Assert.Equal(["./llava_phase_1_shuffled_4_features"], config.DataFolders);
        Assert.Equal((275, 55, 8, 1), (config.BatchSize, config.MicroBatchSequences!.Value, config.NumWorkers, config.PrefetchFactor));
        Assert.Equal(3 * 336 * 336, config.CreateImagePipeline().ValueCount);
    }

    [Theory]
    [InlineData("micro_batch_size=auto")]
    [InlineData("micro_batch_size=null")]
    [InlineData("micro_batch_size={auto: {min: 1}}")]
    public void An_automatic_micro_batch_has_no_number(string setting) => Assert.Null(Read(setting).MicroBatchSequences);

    [Fact]
    public void Several_folders_may_be_given() => Assert.Equal(["a", "b"], Read("data_dir=[a, b]").DataFolders);

    [Theory]
    [InlineData("micro_batch_size=50", "micro_batch_size is 50, which does not divide batch_size 275")]
    [InlineData("data_subset=0.5-0.2", "data_subset is \"0.5-0.2\", but its bounds must rise from 0 to 1")]
    [InlineData("data_subset=half", "data_subset is \"half\", but must be ranges such as 0.0-0.5,0.7-1.0")]
    [InlineData("image_data_size=[3, 224, 224]", "transforms end with 336 x 336 pixels, but image_data_size says 224 x 224")]
    [InlineData("transforms=[{name: to_tensor}, {name: center_crop, size: 336}]", "transforms must not change the picture after to_tensor: move that step before it")]
    [InlineData("transforms=[{name: center_crop, size: 336}]", "transforms must name to_tensor once, but name it 0 times")]
    [InlineData("transforms=[{name: resize, size: big}, {name: to_tensor}]", "transforms[0].size must be a positive number of pixels, or a list of height and width")]
    [InlineData("transforms=[{name: resize}, {name: to_tensor}]", "transforms[0].size is required by resize")]
    [InlineData("transforms=[{name: to_tensor, size: 3}]", "transforms[0].size does not belong to to_tensor")]
    [InlineData("transforms=[{name: normalise}]", "transforms[0].name is \"normalise\", but must be one of expand_to_square, resize, center_crop, to_tensor, normalize; did you mean normalize?")]
    [InlineData("pad_last=true", "pad_last is not supported: a short last batch is used as it is")]
    [InlineData("mixture=[{data_dir: a, weight: 1}]", "data_dir or mixture must be given, one of them")]
    public void A_wrong_value_is_said_at_its_place(string setting, string message)
    {
        var error = Assert.Throws<DiagnosticException>(() => Read(setting));
        Assert.Equal(message, Assert.Single(error.Diagnostics).Message);
    }

    static LlavaDataConfig Read(params string[] settings) => ConfigReader.Read<LlavaDataConfig>(ConfigDocument.Parse(Yaml, "train.yaml", settings));
}
