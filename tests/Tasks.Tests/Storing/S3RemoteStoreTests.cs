using System.Diagnostics;
using System.Security.Cryptography;
using Llava.Contracts.Diagnostics;
using Llava.Store;
using Llava.Tests;

namespace Llava.Tasks.Tests.Storing;

/// <summary>The bucket of a real S3 server, through the AWS client: over good lines and bad ones.</summary>
[Collection(nameof(S3RemoteStoreTests))]
public sealed class S3RemoteStoreTests : IClassFixture<S3Server>, IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    readonly string _folder = Directory.CreateTempSubdirectory("llava-s3-client-").FullName;
    readonly UnreliableRelay _relay;

    public S3RemoteStoreTests(S3Server server)
    {
        Server = server;
        _relay = new UnreliableRelay(server.Port);
        _ = server.Environment;
        PointTo(_relay.Port);
    }

    S3Server Server { get; }

    public void Dispose()
    {
        _relay.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    static void PointTo(int port)
    {
        foreach (var (name, value) in S3Server.EnvironmentOf(port))
            Environment.SetEnvironmentVariable(name, value);
    }

    static IRemoteStore Open(string prefix) => RemoteStores.Open($"s3://{S3Server.Bucket}/{prefix}", Patience);

    string File(string name, int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        var path = Path.Combine(_folder, name);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    static byte[]? Fetch(IRemoteStore store, string name, long largestBytes = 1L << 30)
    {
        using var target = new MemoryStream();
        return store.TryFetch(name, target, largestBytes) ? target.ToArray() : null;
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3_000_000)]
    [InlineData(70_000_000)]
    public void What_is_put_comes_back_byte_for_byte(int bytes)
    {
        using var store = Open($"sizes/{bytes}");
        Assert.Null(store.SizeOf("objects/a"));
        Assert.Null(Fetch(store, "objects/a"));
        store.Put("objects/a", File("a", bytes));
        Assert.Equal(bytes, store.SizeOf("objects/a"));
        Assert.Equal(SHA256.HashData(System.IO.File.ReadAllBytes(Path.Combine(_folder, "a"))), SHA256.HashData(Fetch(store, "objects/a")!));
    }

    [Theory]
    [InlineData(3_000_000)]
    [InlineData(70_000_000)]
    public void An_upload_that_is_cut_is_not_taken_for_whole_and_the_next_one_arrives(int bytes)
    {
        using (var store = Open($"cut/{bytes}"))
        {
            _relay.CutAfterBytes = 1_000_000;
            Assert.StartsWith($"s3://llava/cut/{bytes}: ", Assert.Throws<IOException>(() => store.Put("objects/a", File("a", bytes))).Message, StringComparison.Ordinal);
        }
        using var again = Open($"cut/{bytes}");
        _relay.CutAfterBytes = null;
        Assert.NotEqual(bytes, again.SizeOf("objects/a"));
        again.Put("objects/a", Path.Combine(_folder, "a"));
        Assert.Equal(bytes, Fetch(again, "objects/a")!.Length);
    }

    [Fact]
    public void Two_writers_of_one_object_at_once_leave_it_whole()
    {
        var path = File("a", 2_000_000);
        Parallel.For(0, 6, _ =>
        {
            using var store = Open("together");
            store.Put("objects/a", path);
        });
        using var reader = Open("together");
        Assert.Equal(System.IO.File.ReadAllBytes(path), Fetch(reader, "objects/a"));
    }

    [Fact]
    public void More_than_was_said_is_not_taken()
    {
        using var store = Open("large");
        store.Put("objects/a", File("a", 300_000));
        Assert.Equal("s3://llava/large/objects/a: error LLAVA7009: is larger than the 1000 bytes it may have", Assert.Throws<DiagnosticException>(() => Fetch(store, "objects/a", 1000)).Message);
    }

    [Fact]
    public void What_was_tampered_with_is_refused()
    {
        using var store = Open("tampered");
        store.Put("objects/a", File("a", 300_000));
        var stored = Server.FileOf("tampered/objects/a");
        var content = System.IO.File.ReadAllBytes(stored);
        content[0] ^= 1;
        System.IO.File.WriteAllBytes(stored, content);
        Assert.Equal("s3://llava/tampered/objects/a: error LLAVA7009: is damaged: its content has another hash than its name", Assert.Throws<DiagnosticException>(() => Fetch(store, "objects/a")).Message);
    }

    [Fact]
    public void A_bucket_that_is_not_there_is_named()
    {
        using var store = RemoteStores.Open("s3://nowhere/x", Patience);
        Assert.Equal("s3://nowhere/x: The specified bucket does not exist", Assert.Throws<IOException>(() => Fetch(store, "objects/a")).Message);
        Assert.Equal("s3://nowhere/x: The specified bucket does not exist", Assert.Throws<IOException>(() => store.Put("objects/a", File("a", 1))).Message);
    }

    [Fact]
    public void A_server_that_never_answers_is_given_up()
    {
        using var store = Open("silent");
        _relay.IsSilent = true;
        var clock = Stopwatch.StartNew();
        Assert.Equal("s3://llava/silent: nothing moved for 4 s", Assert.Throws<IOException>(() => store.SizeOf("objects/a")).Message);
        Assert.InRange(clock.Elapsed.TotalSeconds, 3.5, 20);
    }

    [Fact]
    public void A_server_that_refuses_connections_is_given_up()
    {
        // A port that was free a moment ago.
        using (var gone = new UnreliableRelay(0))
            PointTo(gone.Port);
        using var store = Open("refused");
        var clock = Stopwatch.StartNew();
        Assert.StartsWith("s3://llava/refused: ", Assert.Throws<IOException>(() => store.SizeOf("objects/a")).Message, StringComparison.Ordinal);
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 20);
    }
}

[CollectionDefinition(nameof(S3RemoteStoreTests), DisableParallelization = true)]
public sealed class S3Collection;
