namespace Llava.Data.Hdf5;

/// <summary>The names inside a file of samples.</summary>
static class SampleFileNames
{
    public const string DataName = "data";
    public const string ImagePathName = "img_path";
    public const string ExampleCountName = "n_examples";

    /// <summary>What the reference stores as image path of a text-only sample (numpy's bytes of Python's <c>None</c>).</summary>
    public const string TextOnlyPath = "None";
}
