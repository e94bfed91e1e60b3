namespace Llava.Model.Mapping;

/// <summary>Position embeddings: Hugging Face has the class token's row first, ModelZoo last.</summary>
sealed record ClassTokenLast : RowOrder
{
    public override string Name => "class token's row from first to last";

    public override long HuggingFaceRow(long row, long rows, ModelDimensions dimensions) => row == rows - 1 ? 0 : row + 1;

    public override long ModelZooRow(long row, long rows, ModelDimensions dimensions) => row == 0 ? rows - 1 : row - 1;
}
