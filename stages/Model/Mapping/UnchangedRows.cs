namespace Llava.Model.Mapping;

sealed record UnchangedRows : RowOrder
{
    public override string Name => "copy";

    public override long HuggingFaceRow(long row, long rows, ModelDimensions dimensions) => row;

    public override long ModelZooRow(long row, long rows, ModelDimensions dimensions) => row;
}
