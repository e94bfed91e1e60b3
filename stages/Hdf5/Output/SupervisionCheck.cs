using System.Globalization;
using Llava.Contracts.Diagnostics;
using Llava.Contracts.Progress;

namespace Llava.Hdf5.Output;

/// <summary>
/// Rows without any loss teach nothing; more than a few of them are a mistake in the template. Fails above 1 % of the rows; in a data set of
/// fewer than 100 rows, where one odd sample is more than that, it warns, and fails where most rows are such.
/// </summary>
static class SupervisionCheck
{
    const double MaximumShare = 0.01;
    const double MostRows = 0.5;
    const long FewRows = 100;

    public static void Run(DatasetTotals totals, IReadOnlyList<string> examples, string folder, IStageLog log)
    {
        if (totals.RowsWithoutLoss <= MaximumShare * totals.Rows)
            return;
        var message = string.Create(CultureInfo.InvariantCulture, $"{totals.RowsWithoutLoss} of {totals.Rows} rows carry no loss at all, first {string.Join(", ", examples)}");
        if (totals.Rows >= FewRows || totals.RowsWithoutLoss > MostRows * totals.Rows)
            throw ErrorCatalog.UnsupervisedRows.Fails(folder, message);
        log.Warning(ErrorCatalog.UnsupervisedRows.Warns(folder, message));
    }
}
