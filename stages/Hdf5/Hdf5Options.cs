using Llava.Contracts.Configuration;

namespace Llava.Hdf5;

/// <param name="Document">A ModelZoo preprocessing yaml with overrides laid over it.</param>
/// <param name="MaximumQuarantineShare">Above this share of unusable samples the stage fails; null: it warns above 5 % and goes on.</param>
/// <param name="CodeVersion">Input files tokenized under another one are tokenized again; null: that of the program.</param>
public sealed record Hdf5Options(ConfigDocument Document, double? MaximumQuarantineShare = null, string? CodeVersion = null);
