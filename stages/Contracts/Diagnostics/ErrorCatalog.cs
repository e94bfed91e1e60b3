using System.Reflection;

namespace Llava.Contracts.Diagnostics;

/// <summary>
/// Every code the product can report; one file per range, one section per code in <c>build/errors.md</c>.
/// 1xxx arguments and configuration, 2xxx raw datasets, 3xxx H5, tokens and images, 4xxx checkpoints,
/// 5xxx training, 6xxx generation and scores, 7xxx the graph itself.
/// </summary>
public static partial class ErrorCatalog
{
    // Read on each call: when a static initializer here ran, the fields in the other files might not be set yet.
    public static IReadOnlyList<ErrorCode> All =>
    [
        .. typeof(ErrorCatalog)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(entry => entry.FieldType == typeof(ErrorCode))
            .Select(entry => (ErrorCode)entry.GetValue(null)!)
            .OrderBy(code => code.Id, StringComparer.Ordinal),
    ];
}
