namespace Llava.Model.Mapping;

/// <summary>
/// What a conversion does to a tensor's values: at most its rows (outermost dimension) change places. Every transform between
/// the two formats is of this kind, so that a tensor of any size converts row by row.
/// </summary>
public abstract record RowOrder
{
    public static RowOrder Unchanged { get; } = new UnchangedRows();

    /// <summary>As certificates and messages name it.</summary>
    public abstract string Name { get; }

    /// <summary>Which row of the Hugging Face tensor becomes row <paramref name="row"/> of ModelZoo's.</summary>
    public abstract long HuggingFaceRow(long row, long rows, ModelDimensions dimensions);

    /// <summary>Which row of ModelZoo's tensor becomes row <paramref name="row"/> of the Hugging Face one.</summary>
    public abstract long ModelZooRow(long row, long rows, ModelDimensions dimensions);
}
