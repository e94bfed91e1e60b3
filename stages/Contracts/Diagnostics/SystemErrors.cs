using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Llava.Contracts.Diagnostics;

/// <summary>What the system refused, and no fault of the program: a full disk, a file that may not be read, no memory. Each with its code and what to do.</summary>
public static partial class SystemErrors
{
    // Linux' own numbers: .NET has no names for them, and hands them on as HResult.
    const int NoSpace = 28; // ENOSPC
    const int ReadOnly = 30; // EROFS
    const int OverQuota = 122; // EDQUOT

    // What .NET says, without a number, where a file's size is set before it is written.
    const string FullBeforehand = "the disk was full";

    // libtorch's own words, and those of the C++ library below it.
    static readonly string[] NoMemory = ["can't allocate memory", "out of memory", "std::bad_alloc", "Cannot allocate memory"];

    /// <summary>The problems behind an exception, those of a parallel loop in the order of their paths; null where it is none of the system's.</summary>
    public static IReadOnlyList<Diagnostic>? Describe(Exception error) => error switch
    {
        DiagnosticException coded => coded.Diagnostics,
        AggregateException many => DescribeMany(many),
        OutOfMemoryException => [ErrorCatalog.MemoryRanOut.Says($"the program gets no more memory: {HowToSaveMemory}")],
        _ when IsOutOfMemory(error) => [ErrorCatalog.MemoryRanOut.Says($"{error.Message.Split('\n')[0]}: {HowToSaveMemory}")],
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        FileNotFoundException or DirectoryNotFoundException => [ErrorCatalog.FileNotFound.Says(error.Message)],
        IOException or UnauthorizedAccessException => [OfFile(error, PathIn(error.Message))],
        _ => null,
    };

    /// <summary>What a user can do whose machine has too little memory.</summary>
    public const string HowToSaveMemory = "lower train_input.micro_batch_size (--batch-size of an evaluation, setup.processes of a tokenizing), set runconfig.activation_checkpointing: full, end other programs, or take a machine or container with more; "
        + "llava train --estimate says what a training takes";

    static List<Diagnostic>? DescribeMany(AggregateException many)
    {
        var inner = many.Flatten().InnerExceptions;
        // Behind a problem that is named, others are often its consequences.
        var described = inner.OfType<DiagnosticException>().Cast<Exception>().DefaultIfEmpty(inner[0]).Select(Describe).ToArray();
        return described.Contains(null) ? null : [.. described.SelectMany(problems => problems!).Distinct().OrderBy(problem => problem.Location?.Path, StringComparer.Ordinal)];
    }

    static bool IsOutOfMemory(Exception error) =>
        error is ExternalException or DllNotFoundException or IOException && NoMemory.Any(words => error.Message.Contains(words, StringComparison.OrdinalIgnoreCase));

    static Diagnostic OfFile(Exception error, string? path)
    {
        var (code, mend) = error switch
        {
            _ when error.HResult is NoSpace or OverQuota || error.Message.Contains(FullBeforehand, StringComparison.Ordinal) => (ErrorCatalog.CannotWrite, "make room and run again: what was finished before is whole"),
            { HResult: ReadOnly } => (ErrorCatalog.CannotWrite, "make it writable, or choose another folder with -p:ArtifactsDir= (--output)"),
            _ when path is not null && IsUnreadable(path) => (ErrorCatalog.CannotRead, "let this user read it"),
            UnauthorizedAccessException => (ErrorCatalog.CannotWrite, "let this user write there, or choose another folder with -p:ArtifactsDir= (--output)"),
            _ => (ErrorCatalog.CannotWrite, ""),
        };
        return code.At(path is null ? null : new SourceLocation(path), mend.Length == 0 ? error.Message : $"{error.Message.TrimEnd('.')}: {mend}");
    }

    // An exception says which file, but not whether it was to be read or written.
    static bool IsUnreadable(string path)
    {
        try
        {
            if (Directory.Exists(path))
                _ = Directory.EnumerateFileSystemEntries(path).Any();
            else if (File.Exists(path))
                File.OpenRead(path).Dispose();
            return false;
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            return true;
        }
    }

    // "Access to the path '/a/b' is denied.", "No space left on device : '/a/b'", "Failed to create '/a/b' with allocation size '9' because …".
    static string? PathIn(string message) => QuotedPath().Match(message) is { Success: true } quoted ? quoted.Groups[1].Value : null;

    [GeneratedRegex(@"'(/.*?)'(?=[ .]|$)")]
    private static partial Regex QuotedPath();
}
