using Llava.Data.Json;

namespace Llava.Hdf5;

/// <param name="File">Name of the input file as the ledger gives it.</param>
sealed record DocumentBatch(string File, RawJsonBatch Lines);

sealed record OutcomeBatch(string File, IReadOnlyList<SampleOutcome> Outcomes);
