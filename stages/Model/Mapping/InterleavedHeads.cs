namespace Llava.Model.Mapping;

/// <summary>
/// Query and key weights under rotary positions: Hugging Face rotates number j of a head with number j + size/2, ModelZoo
/// neighbours 2j and 2j + 1. Per head <c>view(2, size/2).transpose</c>; the head's size is the same for keys of grouped queries.
/// </summary>
sealed record InterleavedHeads : RowOrder
{
    public override string Name => "interleave the halves of each head";

    public override long HuggingFaceRow(long row, long rows, ModelDimensions dimensions)
    {
        var (head, within) = Math.DivRem(row, dimensions.TextHeadSize);
        return head * dimensions.TextHeadSize + within % 2 * (dimensions.TextHeadSize / 2) + within / 2;
    }

    public override long ModelZooRow(long row, long rows, ModelDimensions dimensions)
    {
        var (head, within) = Math.DivRem(row, dimensions.TextHeadSize);
        var (half, pair) = Math.DivRem(within, dimensions.TextHeadSize / 2);
        return head * dimensions.TextHeadSize + pair * 2 + half;
    }
}
