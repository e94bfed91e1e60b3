namespace Llava.Evaluate.Benchmarks;

/// <summary>Annotation files that were read: a check, an upload and a score of one run read a large one once.</summary>
sealed class AnnotationReading
{
    readonly Dictionary<string, object> _known = new(StringComparer.Ordinal);

    public T Of<T>(string path, Func<string, T> read) where T : class
    {
        if (!_known.TryGetValue(path, out var content))
            _known[path] = content = read(path);
        return (T)content;
    }
}
