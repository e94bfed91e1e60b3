using Llava.Contracts.Diagnostics;

namespace Llava.Model.Checkpoints;

/// <summary>One open checkpoint file of any container: what the format's own reader found in it, by name.</summary>
sealed class TensorFile : ICheckpointReader
{
    readonly IDisposable _file;
    readonly TensorCatalog<IStoredTensor> _catalog;

    TensorFile(string path, IDisposable file, TensorCatalog<IStoredTensor> catalog) => (Path, _file, _catalog) = (path, file, catalog);

    public string Path { get; }

    public IReadOnlyList<TensorInfo> Tensors => _catalog.Tensors;

    public IReadOnlyDictionary<string, string> Metadata { get; private init; } = new Dictionary<string, string>();

    /// <param name="find">Reads the keys alone. The file is closed where that fails.</param>
    /// <exception cref="DiagnosticException">As <paramref name="find"/> has it, or a key stands twice.</exception>
    public static TensorFile Open<TFile>(string path, TFile file, Func<TFile, IEnumerable<(TensorInfo Info, IStoredTensor Place)>> find) where TFile : IDisposable =>
        Open(path, file, opened => (find(opened), new Dictionary<string, string>()));

    /// <param name="find">Gives the text stored beside the tensors too.</param>
    public static TensorFile Open<TFile>(string path, TFile file, Func<TFile, (IEnumerable<(TensorInfo Info, IStoredTensor Place)> Tensors, IReadOnlyDictionary<string, string> Metadata)> find) where TFile : IDisposable
    {
        try
        {
            var (tensors, metadata) = find(file);
            return new TensorFile(path, file, new(tensors)) { Metadata = metadata };
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public TensorInfo? Find(string name) => _catalog.Find(name);

    public void Read(TensorInfo tensor, long byteOffset, Span<byte> destination) => _catalog.PlaceOf(tensor).Read(byteOffset, destination);

    public void Dispose() => _file.Dispose();
}
