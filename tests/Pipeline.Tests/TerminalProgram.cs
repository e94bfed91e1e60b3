using System.Diagnostics;
using System.Text;
using Llava.Tests;

namespace Llava.Pipeline.Tests;

/// <summary>A program on a terminal of its own (util-linux's <c>script</c> makes one): a typed Ctrl-C becomes a signal to its foreground group, as from a keyboard.</summary>
sealed class TerminalProgram : IDisposable
{
    public const string ControlC = "\u0003";

    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    readonly Process _process;
    readonly StringBuilder _shown = new();
    readonly Task _reading;
    int _seen;

    public TerminalProgram(ProcessStartInfo program)
    {
        // A shell that stayed (dash does) would get the Ctrl-C as well, and end with 130 whatever the program ends with.
        var command = "exec " + string.Join(' ', ((string[])[.. Signals.HearingCtrlC, program.FileName, .. program.ArgumentList]).Select(word => $"'{word}'"));
        var start = new ProcessStartInfo("script", ["-q", "-e", "-c", command, "/dev/null"])
        {
            WorkingDirectory = PipelineRun.Repository,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in program.Environment)
            start.Environment[name] = value;
        _process = Process.Start(start)!;
        _reading = Task.Run(ReadAsync);
    }

    public string Shown
    {
        get
        {
            lock (_shown)
                return _shown.ToString();
        }
    }

    public void Type(string keys)
    {
        _process.StandardInput.Write(keys);
        _process.StandardInput.Flush();
    }

    /// <summary>Waits for one of these after what was waited for before.</summary>
    public void WaitFor(params string[] texts)
    {
        var deadline = Stopwatch.StartNew();
        while (deadline.Elapsed < Patience)
        {
            var shown = Shown;
            var found = texts.Select(text => (At: shown.IndexOf(text, _seen, StringComparison.Ordinal), text.Length)).Where(place => place.At >= 0).OrderBy(place => place.At).FirstOrDefault();
            if (found.Length > 0)
            {
                _seen = found.At + found.Length;
                return;
            }
            if (_process.HasExited && _reading.IsCompleted)
                break;
            Thread.Sleep(20);
        }
        Assert.Fail($"did not show {string.Join(" or ", texts)} after the first {_seen} characters of:\n{Shown}");
    }

    /// <summary>Waits until that many characters more than were waited for are shown. What came with them is still to be waited for: a short answer may be over by now.</summary>
    public void WaitForMore(int characters)
    {
        Assert.True(SpinWait.SpinUntil(() => Shown.Length >= _seen + characters, Patience), Shown);
        _seen += characters;
    }

    public int WaitForExit()
    {
        Assert.True(_process.WaitForExit(Patience), Shown);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        _process.Dispose();
    }

    async Task ReadAsync()
    {
        var buffer = new char[1024];
        while (await _process.StandardOutput.ReadAsync(buffer) is var count and > 0)
        {
            lock (_shown)
                _shown.Append(buffer, 0, count);
        }
    }
}
