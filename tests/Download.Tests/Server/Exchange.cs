namespace Llava.Download.Tests.Server;

/// <param name="Path">With its query, as it was sent.</param>
sealed record Request(string Method, string Path, IReadOnlyDictionary<string, string> Headers)
{
    public string? Header(string name) => Headers.GetValueOrDefault(name);

    /// <summary>"name:port", as the client addressed the server.</summary>
    public string Host => Header("Host") ?? "";
}

/// <summary>What the server sends back, and how badly.</summary>
sealed record Answer(int Status, byte[] Body)
{
    public Dictionary<string, string> Headers { get; init; } = [];

    /// <summary>Bytes of the body after which the connection is dropped.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Bytes of the body after which nothing more is sent, and the connection stays open.</summary>
    public int? StallAfter { get; init; }

    /// <summary>What the head says of the body's length; its length without it.</summary>
    public long? ClaimedLength { get; init; }

    public TimeSpan Delay { get; init; }

    public static Answer Of(int status) => new(status, []);

    public static Answer Json(string json) => new(200, System.Text.Encoding.UTF8.GetBytes(json)) { Headers = { ["Content-Type"] = "application/json" } };

    public static Answer Redirect(string location) => new(302, []) { Headers = { ["Location"] = location } };
}
