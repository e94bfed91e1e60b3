using System.Diagnostics;
using Llava.Data.Images;

namespace Llava.Benchmarks;

/// <summary>What one core of the data loader gives.</summary>
sealed class ImageBenchmark : IBenchmark
{
    const int Size = 336, Passes = 4;

    const string MakePictures = """
        import sys, os
        import numpy as np
        from PIL import Image
        folder = sys.argv[1]; os.makedirs(folder)
        noise = np.random.RandomState(1)
        y, x = np.mgrid[0:480, 0:640]
        for i in range(24):
            waves = np.stack([127 + 80 * np.sin(x / (10 + i) + c) * np.cos(y / (14 + c)) for c in range(3)], -1)
            Image.fromarray(np.clip(waves + noise.randn(480, 640, 3) * 8, 0, 255).astype(np.uint8)).save(f"{folder}/b_{i:02d}.jpg", quality=85, subsampling=2)
        """;

    const string Peer = """
        import sys, os, time, torch
        from PIL import Image
        from torchvision import transforms as T
        torch.set_num_threads(1)
        def square(image):
            width, height = image.size; side = max(width, height)
            result = Image.new("RGB", (side, side), (122, 116, 104))
            result.paste(image, ((side - width) // 2, (side - height) // 2)); return result
        chain = T.Compose([square, T.Resize(336, T.InterpolationMode.BICUBIC), T.CenterCrop(336), T.ToTensor(),
            T.Normalize([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711])])
        files = [os.path.join(sys.argv[1], name) for name in sorted(os.listdir(sys.argv[1]))]
        for file in files[:4]: chain(Image.open(file).convert("RGB"))
        start = time.perf_counter()
        for _ in range(int(sys.argv[2])):
            for file in files: chain(Image.open(file).convert("RGB")).half()
        print(int(sys.argv[2]) * len(files) / (time.perf_counter() - start))
        """;

    public string Name => "images";
    public string Why => "Pictures are decoded while training runs: a core that prepares too few stalls the device.";
    public string Measures => "640x480 JPEG files to normalised 336x336 half tensors, one thread each, in pictures a second";
    public string DoesNotMeasure => "the disk (the files are in the page cache), other formats, larger photographs";
    public int Rounds => 7;

    public async Task<IReadOnlyList<Comparison>> RunAsync(string scratch, int rounds)
    {
        var folder = Path.Combine(scratch, "bench_images");
        if (!Directory.Exists(folder))
            await PythonScript.RunAsync(MakePictures, folder);
        string[] files = [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal)];
        var decoder = TurboJpeg.IsPresent ? "libturbojpeg.so.0" : "libvips";
        var (ours, theirs) = await PythonScript.RatesAsync(rounds, () => Task.FromResult(Rate(files)), () => PythonScript.NumberAsync(Peer, folder, $"{Passes}"));
        var (fast, vips) = await PythonScript.RatesAsync(rounds, () => Task.FromResult(DecodingRate(files, JpegReader.Read)), () => Task.FromResult(DecodingRate(files, (file, limit) => VipsReader.Read(file, ImageFormat.Jpeg, limit))));
        return
        [
            new($"file to tensor, decoded by {decoder}", "pictures/s", ours, theirs, "Pillow + torchvision", "at least 1.5 times"),
            new($"decoding alone, by {decoder}", "pictures/s", fast, vips, "libvips, in process", "none"),
        ];
    }

    static double Rate(string[] files)
    {
        var pipeline = new ImagePipeline(
            [
                new ExpandToSquare(new RgbColour(122, 116, 104)), new ResizeShorterEdge(Size, Interpolation.Bicubic), new CenterCrop(Size, Size), new ToTensor(),
                new Normalize([0.48145466, 0.4578275, 0.40821073], [0.26862954, 0.26130258, 0.27577711]),
            ],
            Size, Size);
        var output = new Half[pipeline.ValueCount];
        return PerSecond(files.Length, () =>
        {
            foreach (var file in files)
                pipeline.Load(file, output);
        });
    }

    static double DecodingRate(string[] files, Decode decode)
    {
        byte[][] contents = [.. files.Select(File.ReadAllBytes)];
        var limit = new PixelLimit("bench", ImageDecoder.DefaultMaximumPixels);
        return PerSecond(files.Length, () =>
        {
            foreach (var content in contents)
                decode(content, limit).Dispose();
        });
    }

    static double PerSecond(int count, Action pass)
    {
        pass();
        var start = Stopwatch.GetTimestamp();
        for (var round = 0; round < Passes; round++)
            pass();
        return Passes * count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    delegate RgbImage Decode(ReadOnlySpan<byte> file, PixelLimit limit);
}
