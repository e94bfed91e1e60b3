using Llava.Contracts.Diagnostics;
using Llava.H5Reading;

namespace Llava.Model.Checkpoints.Hdf5;

/// <summary>
/// Cerebras' HDF5 <c>.mdl</c> (cerebras.appliance.saver.h5_saver): a dataset in the root group for each value of the flattened
/// state, named by its URL-quoted key. Of a training's state the tensors below <c>model.</c> are read. Nothing is unpickled.
/// </summary>
static class Hdf5CheckpointFile
{
    const string ModelSection = "model.";
    const int MetadataPasses = 8;

    /// <exception cref="DiagnosticException">The file is missing, damaged, or stores a tensor in a way that is not read.</exception>
    public static ICheckpointReader Open(string path) =>
        TensorFile.Open(path, new Hdf5File(path, ErrorCatalog.BadCheckpointFile, ErrorCatalog.UnsupportedContainer) { MetadataPasses = MetadataPasses }, file => OfModel(FindTensors(file)));

    static IEnumerable<(TensorInfo Info, IStoredTensor Place)> OfModel(List<(TensorInfo Info, IStoredTensor Place)> tensors)
    {
        if (!tensors.Any(tensor => tensor.Info.Name.StartsWith(ModelSection, StringComparison.Ordinal)))
            return tensors;
        return from tensor in tensors
               where tensor.Info.Name.StartsWith(ModelSection, StringComparison.Ordinal)
               select (tensor.Info with { Name = tensor.Info.Name[ModelSection.Length..] }, tensor.Place);
    }

    static List<(TensorInfo Info, IStoredTensor Place)> FindTensors(Hdf5File file)
    {
        var lastBand = new LastBand();
        var tensors = new List<(TensorInfo, IStoredTensor)>();
        try
        {
            foreach (var (link, address) in RootGroup.Links(file).OrderBy(link => link.Key, StringComparer.Ordinal))
            {
                var name = Uri.UnescapeDataString(link);
                if (StoredArray.Open(file, address, name, lastBand) is { } array)
                    tensors.Add((new TensorInfo(name, array.ElementType, array.Shape) { File = file.Path }, array));
            }
        }
        catch (Exception error) when (Hdf5File.IsSenselessNumber(error))
        {
            throw file.Damaged(error);
        }
        return tensors;
    }
}
