using Llava.Contracts.Configuration;
using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Data.Loading;

namespace Llava.Data.Tests.Loading;

/// <summary>A folder with H5 files and pictures: sample i has input ids 10 i, 10 i + 1, …, and picture i % 5; every seventh is text only.</summary>
sealed class MadeSamples : IDisposable
{
    public const int MaxSequenceLength = 4;
    const int PictureCount = 5;

    readonly string _folder = Directory.CreateTempSubdirectory("llava-loading-").FullName;

    public MadeSamples(params int[] samplesPerFile)
    {
        Directory.CreateDirectory(Images);
        for (var picture = 0; picture < PictureCount; picture++)
            WritePicture($"{picture}.png", (byte)(40 * picture));
        Write("data", 0, samplesPerFile);
    }

    public string Images => Path.Combine(_folder, "images");

    public void Write(string name, int firstSample, params int[] samplesPerFile)
    {
        for (var file = 0; file < samplesPerFile.Length; file++)
        {
            using var writer = new Hdf5SampleWriter(Path.Combine(_folder, name, $"{file}.h5"), MaxSequenceLength);
            for (var i = 0; i < samplesPerFile[file]; i++, firstSample++)
                writer.Append([.. Enumerable.Range(10 * firstSample, 4 * MaxSequenceLength)], firstSample % 7 == 6 ? null : $"{firstSample % PictureCount}.png");
            writer.Commit();
        }
    }

    public LlavaDataConfig Config(string settings) => Read($"data_dir: {Path.Combine(_folder, "data")}\n{settings}");

    public LlavaDataConfig Read(string settings) => ConfigReader.Read<LlavaDataConfig>(ConfigDocument.Parse(Yaml(settings), "train.yaml"));

    public string FolderOf(string name) => Path.Combine(_folder, name);

    public string Yaml(string settings) => $$"""
        data_processor: LlavaHDF5MapDataProcessor
        img_data_dir: {{Images}}
        image_data_size: [3, 4, 4]
        mixed_precision: true
        transforms:
          - {name: expand_to_square, background_color: [122, 116, 104]}
          - {name: resize, size: 4, interpolation: bicubic}
          - {name: center_crop, size: 4}
          - {name: to_tensor}
          - {name: normalize, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5]}
        {{settings}}
        """;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    void WritePicture(string name, byte value)
    {
        using var file = File.Create(Path.Combine(Images, name));
        var rgb = new byte[8 * 8 * 3];
        Array.Fill(rgb, value);
        PngWriter.Write(file, 8, 8, rgb);
    }
}
