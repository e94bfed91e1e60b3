using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Amazon.S3.Transfer;

namespace Llava.Store;

/// <summary>
/// An S3 bucket, or one of a server that speaks its language. Credentials and region come from where the AWS tools look for
/// them; <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c> name another server.
/// </summary>
sealed class S3RemoteStore : IRemoteStore
{
    const long LargeFileBytes = 64 << 20;

    readonly AmazonS3Client _client;
    readonly string _bucket;
    readonly string _prefix;

    /// <param name="address"><c>s3://bucket/prefix</c>.</param>
    public S3RemoteStore(Uri address)
    {
        (Address, _bucket, _prefix) = (address.ToString(), address.Host, address.AbsolutePath.Trim('/'));
        _client = new AmazonS3Client(Configuration());
    }

    public string Address { get; }

    public bool Has(string name) => Answer(() =>
    {
        _client.GetObjectMetadataAsync(_bucket, KeyOf(name)).GetAwaiter().GetResult();
        return true;
    });

    public bool TryFetch(string name, Stream target) => Answer(() =>
    {
        using var response = _client.GetObjectAsync(_bucket, KeyOf(name)).GetAwaiter().GetResult();
        response.ResponseStream.CopyTo(target);
        return true;
    });

    public void Put(string name, string path) => Answer(() =>
    {
        if (new FileInfo(path).Length < LargeFileBytes)
        {
            // In one piece and not in signed chunks, which not every server takes apart again.
            _client.PutObjectAsync(new PutObjectRequest { BucketName = _bucket, Key = KeyOf(name), FilePath = path, UseChunkEncoding = false }).GetAwaiter().GetResult();
            return true;
        }
        using var transfer = new TransferUtility(_client);
        transfer.Upload(path, _bucket, KeyOf(name));
        return true;
    });

    public void Dispose() => _client.Dispose();

    string KeyOf(string name) => _prefix.Length == 0 ? name : $"{_prefix}/{name}";

    static AmazonS3Config Configuration()
    {
        // Other servers than Amazon's know neither its checksums in trailers nor buckets as host names.
        var configuration = new AmazonS3Config { RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED, ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED };
        if ((Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")) is { Length: > 0 } server)
        {
            configuration.ServiceURL = server;
            configuration.ForcePathStyle = true;
            configuration.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }
        return configuration;
    }

    bool Answer(Func<bool> ask)
    {
        try
        {
            return ask();
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == System.Net.HttpStatusCode.NotFound && absent.ErrorCode != "NoSuchBucket")
        {
            return false;
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException)
        {
            throw new IOException($"{Address}: {error.Message}", error);
        }
    }
}
