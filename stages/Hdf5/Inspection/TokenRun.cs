namespace Llava.Hdf5.Inspection;

/// <summary>Neighbouring tokens of one row that the model treats alike.</summary>
/// <param name="HasLoss">The model learns to say them: the loss mask of the position before is set.</param>
/// <param name="IsAttended">Other positions may look at them.</param>
public sealed record TokenRun(string Text, bool HasLoss, bool IsAttended);
