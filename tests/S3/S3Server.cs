using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Llava.Tests;

/// <summary>s3rver, an S3 server that others wrote, with one empty bucket; where <c>install-s3.sh</c> could not install it, a test is skipped.</summary>
public sealed partial class S3Server : IDisposable
{
    public const string Bucket = "llava";

    static readonly string Script = Path.Combine(GoldenData.Repository, "artifacts", "s3", "node_modules", "s3rver", "bin", "s3rver.js");

    readonly string _folder = Directory.CreateTempSubdirectory("llava-s3-").FullName;
    readonly Process? _process;

    public S3Server()
    {
        if (!File.Exists(Script))
            return;
        _process = Process.Start(new ProcessStartInfo("node", [Script, "-d", _folder, "-a", "127.0.0.1", "-p", "0", "--no-vhost-buckets", "--configure-bucket", Bucket]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        _ = _process.StandardError.ReadToEndAsync();
        while (Port == 0 && _process.StandardOutput.ReadLine() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
                Port = int.Parse(match.Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture);
        }
        _ = _process.StandardOutput.ReadToEndAsync();
    }

    public int Port { get; }

    /// <summary>What the AWS tools and the store read: s3rver knows one account.</summary>
    public IReadOnlyDictionary<string, string> Environment
    {
        get
        {
            Assert.SkipWhen(_process is null, "no S3 server: tests/S3/install-s3.sh could not install s3rver (it needs node and npm)");
            return EnvironmentOf(Port);
        }
    }

    public static IReadOnlyDictionary<string, string> EnvironmentOf(int port) => new Dictionary<string, string>
    {
        ["AWS_ENDPOINT_URL"] = $"http://127.0.0.1:{port}",
        ["AWS_ACCESS_KEY_ID"] = "S3RVER",
        ["AWS_SECRET_ACCESS_KEY"] = "S3RVER",
        ["AWS_REGION"] = "us-east-1",
        ["AWS_EC2_METADATA_DISABLED"] = "true",
    };

    /// <summary>The content of an object as the server keeps it, to damage it behind everybody's back.</summary>
    public string FileOf(string key) => Path.Combine(_folder, Bucket, $"{key}._S3rver_object");

    public IReadOnlyList<string> Keys => Directory.Exists(Path.Combine(_folder, Bucket))
        ? [.. Directory.EnumerateFiles(Path.Combine(_folder, Bucket), "*._S3rver_object", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Path.Combine(_folder, Bucket), path).Replace("._S3rver_object", "", StringComparison.Ordinal))]
        : [];

    public void Dispose()
    {
        _process?.Kill(entireProcessTree: true);
        _process?.WaitForExit();
        _process?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [GeneratedRegex(@"listening on .*:(\d+)")]
    private static partial Regex Listening();
}
