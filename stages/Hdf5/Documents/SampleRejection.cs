using Llava.Contracts.Diagnostics;

namespace Llava.Hdf5.Documents;

/// <summary>Why a document gives no row.</summary>
sealed record SampleRejection(ErrorCode Code, string Reason);
