using System.Globalization;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;
using Llava.Contracts.Diagnostics;

namespace Llava.Store;

/// <summary>
/// An S3 bucket, or one of a server that speaks its language. Credentials and region come from where the AWS tools look for
/// them; <c>AWS_ENDPOINT_URL_S3</c> or <c>AWS_ENDPOINT_URL</c> name another server.
/// </summary>
sealed class S3RemoteStore : IRemoteStore
{
    const long LargeFileBytes = 64 << 20;
    const long SmallestPartBytes = 16 << 20;
    const int MostParts = 9_000;

    readonly Lazy<AmazonS3Client> _client;
    readonly string _bucket;
    readonly string _prefix;
    readonly TimeSpan _patience;

    /// <param name="address"><c>s3://bucket/prefix</c>.</param>
    /// <param name="patience">How long nothing may move.</param>
    public S3RemoteStore(string address, TimeSpan patience)
    {
        var parts = address["s3://".Length..].Split('/', 2);
        (Address, _bucket, _prefix, _patience) = (address, parts[0], parts.Length == 2 ? parts[1].Trim('/') : "", patience);
        _client = new Lazy<AmazonS3Client>(() => new AmazonS3Client(Configuration()));
    }

    public string Address { get; }

    public long? SizeOf(string name)
    {
        var size = 0L;
        return Answer((client, stall) => size = client.GetObjectMetadataAsync(_bucket, KeyOf(name), stall.Token).GetAwaiter().GetResult().ContentLength) ? size : null;
    }

    public bool TryFetch(string name, Stream target, long largestBytes) => Answer((client, stall) =>
    {
        using var response = client.GetObjectAsync(_bucket, KeyOf(name), stall.Token).GetAwaiter().GetResult();
        try
        {
            BoundedCopy.Copy(response.ResponseStream, target, largestBytes, $"{Address}/{name}", stall.Moved, stall.Token);
        }
        catch (AmazonClientException damaged)
        {
            // The client holds what it reads against the hash that the server has of it.
            throw new DiagnosticException(ErrorCatalog.StoreEntryRefused.At($"{Address}/{name}", "is damaged: its content has another hash than its name"), damaged);
        }
    });

    public void Put(string name, string path) => Answer((client, stall) =>
    {
        if (new FileInfo(path).Length < LargeFileBytes)
            PutWhole(client, name, path, stall);
        else
            PutInParts(client, name, path, stall);
    });

    public void Dispose()
    {
        if (_client.IsValueCreated)
            _client.Value.Dispose();
    }

    void PutWhole(AmazonS3Client client, string name, string path, Stall stall)
    {
        // In one piece and not in signed chunks, which not every server takes apart again.
        var request = new PutObjectRequest { BucketName = _bucket, Key = KeyOf(name), FilePath = path, UseChunkEncoding = false };
        request.StreamTransferProgress += (_, _) => stall.Moved();
        client.PutObjectAsync(request, stall.Token).GetAwaiter().GetResult();
    }

    // Not by the client's TransferUtility: it signs in chunks, and s3rver stores the signatures with the content.
    void PutInParts(AmazonS3Client client, string name, string path, Stall stall)
    {
        var upload = client.InitiateMultipartUploadAsync(new InitiateMultipartUploadRequest { BucketName = _bucket, Key = KeyOf(name) }, stall.Token).GetAwaiter().GetResult().UploadId;
        try
        {
            var parts = PutParts(client, name, path, upload, stall);
            client.CompleteMultipartUploadAsync(new CompleteMultipartUploadRequest { BucketName = _bucket, Key = KeyOf(name), UploadId = upload, PartETags = parts }, stall.Token).GetAwaiter().GetResult();
        }
        catch (Exception)
        {
            // As far as the line allows: buckets are to have a rule that removes what a killed run left.
            using var patience = new Stall(_patience);
            client.AbortMultipartUploadAsync(_bucket, KeyOf(name), upload, patience.Token).ContinueWith(_ => { }, TaskScheduler.Default).GetAwaiter().GetResult();
            throw;
        }
    }

    List<PartETag> PutParts(AmazonS3Client client, string name, string path, string upload, Stall stall)
    {
        var (size, parts) = (new FileInfo(path).Length, new List<PartETag>());
        var partBytes = Math.Max(SmallestPartBytes, size / MostParts + 1);
        for (var start = 0L; start < size; start += partBytes)
        {
            var number = parts.Count + 1;
            var request = new UploadPartRequest { BucketName = _bucket, Key = KeyOf(name), UploadId = upload, PartNumber = number, FilePath = path, FilePosition = start, PartSize = Math.Min(partBytes, size - start), UseChunkEncoding = false };
            request.StreamTransferProgress += (_, _) => stall.Moved();
            parts.Add(new PartETag(number, client.UploadPartAsync(request, stall.Token).GetAwaiter().GetResult().ETag));
            stall.Moved();
        }
        return parts;
    }

    string KeyOf(string name) => _prefix.Length == 0 ? name : $"{_prefix}/{name}";

    static AmazonS3Config Configuration()
    {
        // Other servers than Amazon's know neither its checksums in trailers nor buckets as host names.
        var configuration = new AmazonS3Config
        {
            RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED,
            ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED,
            // A large upload takes its time; one that stands still is given up by its stall.
            Timeout = Timeout.InfiniteTimeSpan,
            MaxErrorRetry = 2,
        };
        if ((Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL_S3") ?? Environment.GetEnvironmentVariable("AWS_ENDPOINT_URL")) is { Length: > 0 } server)
        {
            configuration.ServiceURL = server;
            configuration.ForcePathStyle = true;
            configuration.AuthenticationRegion = Environment.GetEnvironmentVariable("AWS_REGION") ?? "us-east-1";
        }
        return configuration;
    }

    /// <returns>false: there is no such object.</returns>
    bool Answer(Action<AmazonS3Client, Stall> ask)
    {
        using var stall = new Stall(_patience);
        try
        {
            ask(_client.Value, stall);
            return true;
        }
        catch (AmazonS3Exception absent) when (absent.StatusCode == System.Net.HttpStatusCode.NotFound && absent.ErrorCode != "NoSuchBucket")
        {
            return false;
        }
        catch (OperationCanceledException stalled)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{Address}: nothing moved for {_patience.TotalSeconds:0.#} s"), stalled);
        }
        catch (Exception error) when (error is AmazonServiceException or AmazonClientException or HttpRequestException or IOException)
        {
            throw new IOException($"{Address}: {error.Message}", error);
        }
    }
}
