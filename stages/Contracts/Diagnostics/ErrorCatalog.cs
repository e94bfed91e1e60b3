using System.Reflection;

namespace Llava.Contracts.Diagnostics;

/// <summary>
/// Every code the product can report; one file per range, one section per code in <c>build/errors.md</c>.
/// 1xxx arguments and configuration, 2xxx raw datasets, 3xxx H5, tokens and images, 4xxx checkpoints,
/// 5xxx training, 6xxx generation and scores, 7xxx the graph itself.
/// </summary>
public static partial class ErrorCatalog
{
    public static IReadOnlyList<ErrorCode> All { get; } =
    [
        .. typeof(ErrorCatalog)
            .GetFields(BindingFlags.Public | BindingFlags.Static)
            .Where(field => field.FieldType == typeof(ErrorCode))
            .Select(field => (ErrorCode)field.GetValue(null)!)
            .OrderBy(code => code.Id, StringComparer.Ordinal),
    ];
}
