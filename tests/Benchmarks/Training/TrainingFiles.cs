using Llava.Data.Hdf5;
using Llava.Data.Images;
using Llava.Model;
using Llava.Model.Checkpoints;
using Llava.Train.Checkpoints;
using Llava.Train.Configuration;
using static TorchSharp.torch;

namespace Llava.Benchmarks.Training;

/// <summary>Samples and pictures as they lie on the disk.</summary>
sealed record TrainingData(string Name, int Samples, int Pictures, int PictureWidth, int PictureHeight)
{
    /// <summary>All fit into the loader's cache, at the size that the model takes: a step is measured, not its data.</summary>
    public static readonly TrainingData Few = new("few", 64, 8, TrainingShape.ImageSize, TrainingShape.ImageSize);

    /// <summary>More samples than the loader caches pictures of (256 MiB at the model's size), so that every picture is decoded and resized every time; COCO's size.</summary>
    public static readonly TrainingData Many = new("many", 8192, 256, 640, 480);
}

/// <summary>A folder with everything that <c>llava train</c> needs: rows, pictures, weights, and a yaml a case. Made once.</summary>
sealed class TrainingFiles(string scratch, TrainingShape shape, TrainingData data)
{
    readonly string _folder = Path.Combine(scratch, $"{shape.Name}-{data.Name}");

    public string InitialCheckpoint => Path.Combine(_folder, "initial");

    public string Yaml(int phase, bool isMixed, string activationCheckpointing = "none", int steps = 1, int checkpointSteps = 0)
    {
        Directory.CreateDirectory(_folder);
        var path = Path.Combine(_folder, FormattableString.Invariant($"phase{phase}-{(isMixed ? "bf16" : "fp32")}-{activationCheckpointing}-{steps}-{checkpointSteps}.yaml"));
        File.WriteAllText(path, shape.Yaml(_folder, phase, isMixed, activationCheckpointing, steps, checkpointSteps));
        return path;
    }

    public void Make()
    {
        if (Directory.Exists(InitialCheckpoint))
            return;
        WritePictures();
        WriteRows();
        WriteWeights();
    }

    /// <summary>A model of these weights, what its phase trains already set.</summary>
    public LlavaModel Model(int phase, bool isMixed)
    {
        var model = LlavaModel.Create(TrainConfig.Load(Yaml(phase, isMixed)).Model, CPU, isMixed ? ScalarType.BFloat16 : ScalarType.Float32);
        var names = model.named_parameters().Select(entry => entry.name);
        model.TrainAllBut(names.Where(name => !(name.StartsWith("projector", StringComparison.Ordinal) || (phase == 2 && name.StartsWith("text_model", StringComparison.Ordinal)))).ToHashSet());
        TrainingCheckpoint.LoadWeights(model, InitialCheckpoint);
        return model;
    }

    void WritePictures()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "images"));
        var random = new Random(1);
        for (var picture = 0; picture < data.Pictures; picture++)
        {
            var pixels = new byte[data.PictureWidth * data.PictureHeight * 3];
            random.NextBytes(pixels);
            using var file = File.Create(Path.Combine(_folder, FormattableString.Invariant($"images/{picture}.png")));
            PngWriter.Write(file, data.PictureWidth, data.PictureHeight, pixels);
        }
    }

    void WriteRows()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "data"));
        var random = new Random(2);
        const int Length = TrainingShape.RowLength, End = Length - TrainingShape.Padding;
        using var writer = new Hdf5SampleWriter(Path.Combine(_folder, "data/examples.h5"), Length);
        for (var sample = 0; sample < data.Samples; sample++)
        {
            var row = new int[4 * Length];
            for (var position = 0; position < Length; position++)
            {
                row[position] = random.Next(3, shape.Vocabulary);
                row[Length + position] = position is >= TrainingShape.FirstSupervised and < End ? 1 : 0;
                row[(2 * Length) + position] = random.Next(3, shape.Vocabulary);
                row[(3 * Length) + position] = position >= End ? 1 : 0;
            }
            writer.Append(row, FormattableString.Invariant($"{sample % data.Pictures}.png"));
        }
        writer.Commit();
    }

    void WriteWeights()
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        using var model = LlavaModel.Create(TrainConfig.Load(Yaml(phase: 2, isMixed: false)).Model, CPU, ScalarType.Float32);
        random.manual_seed(0);
        foreach (var (name, parameter) in model.named_parameters())
        {
            if (parameter.dim() > 1)
                parameter.normal_(0, 0.02);
            else
                parameter.fill_(name.EndsWith("bias", StringComparison.Ordinal) || name.EndsWith("embedding", StringComparison.Ordinal) ? 0 : 1);
        }
        new CheckpointWriter().Write(InitialCheckpoint, CheckpointFormat.Safetensors, model.StateTensors().Select(entry => TensorFiles.SourceOf(entry.Name, entry.Tensor)));
    }
}
