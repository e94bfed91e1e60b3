using Llava.Contracts.Diagnostics;
using Llava.Contracts.Files;
using Llava.Contracts.Progress;

namespace Llava.Contracts.Tests.Files;

public sealed class QuarantineLedgerTests : IDisposable
{
    readonly string _folder = Directory.CreateTempSubdirectory("llava-ledger-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    static QuarantineLedger LedgerOf(int count)
    {
        var ledger = new QuarantineLedger();
        for (var line = count; line >= 1; line--)
            ledger.Add(new QuarantinedSample("b.jsonl", line, $"id-{line}", ErrorCatalog.WrongType, "the \"value\" is a number"));
        return ledger;
    }

    [Fact]
    public void The_ledger_is_sorted_by_file_and_line_whatever_the_order_of_arrival()
    {
        var ledger = LedgerOf(2);
        ledger.Add(new QuarantinedSample("a.jsonl", 7, null, ErrorCatalog.BadValue, "é"));
        ledger.Write(_folder, SilentStageLog.Instance);
        Assert.Equal(
            """
            {"file":"a.jsonl","line":7,"id":null,"code":"LLAVA1006","reason":"é"}
            {"file":"b.jsonl","line":1,"id":"id-1","code":"LLAVA1004","reason":"the \"value\" is a number"}
            {"file":"b.jsonl","line":2,"id":"id-2","code":"LLAVA1004","reason":"the \"value\" is a number"}

            """,
            File.ReadAllText(Path.Combine(_folder, "quarantine.jsonl")));
    }

    [Fact]
    public void The_allowed_share_passes_and_one_more_fails_with_a_summary()
    {
        LedgerOf(5).ThrowIfAbove(0.05, total: 100, _folder);
        var failure = Assert.Throws<DiagnosticException>(() => LedgerOf(6).ThrowIfAbove(0.05, total: 100, _folder));
        Assert.Equal(
            $"{Path.Combine(_folder, "quarantine.jsonl")}: error LLAVA2001: 6 of 100 samples cannot be used, more than the 5 % allowed (MaxQuarantine): 6 x LLAVA1004 a configuration value has the wrong type",
            failure.Message);
    }
}
