using System.Security.Cryptography;
using Llava.Contracts.Files;

namespace Llava.Contracts.Tests.Files;

public sealed class FileHashTests : IDisposable
{
    readonly string _path = Path.GetTempFileName();

    public void Dispose() => File.Delete(_path);

    [Theory]
    [InlineData(0), InlineData(1), InlineData(256 << 10), InlineData((1 << 20) + 7)]
    public void It_is_of_the_whole_content(int bytes)
    {
        var content = new byte[bytes];
        new Random(bytes).NextBytes(content);
        File.WriteAllBytes(_path, content);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(content)), FileHash.Sha256(_path));
    }

    [Fact]
    public void It_can_be_stopped()
    {
        File.WriteAllText(_path, "content");
        Assert.Throws<OperationCanceledException>(() => FileHash.Sha256(_path, new CancellationToken(canceled: true)));
    }
}
