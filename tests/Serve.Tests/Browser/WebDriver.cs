using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Llava.Serve.Tests.Browser;

/// <summary>A headless Chromium, driven by the W3C WebDriver protocol, which is JSON over HTTP.</summary>
sealed partial class WebDriver : IDisposable
{
    const string Driver = "chromedriver";
    const string ElementKey = "element-6066-11e4-a52e-4f735466cecf";
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    readonly Process _driver;
    readonly HttpClient _client = new() { Timeout = TimeSpan.FromMinutes(2) };
    readonly string _profile = Directory.CreateTempSubdirectory("llava-chromium-").FullName;
    string _session = "";

    WebDriver(Process driver) => _driver = driver;

    /// <summary>Null where this machine has no Chromium with its driver.</summary>
    public static async Task<WebDriver?> Start()
    {
        if (!(Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Driver))))
            return null;
        var process = Process.Start(new ProcessStartInfo(Driver, "--port=0") { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var driver = new WebDriver(process);
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (StartedOnPort().Match(line) is { Success: true } match)
            {
                await driver.Open($"http://127.0.0.1:{match.Groups[1].Value}/session");
                return driver;
            }
        }
        throw new InvalidOperationException("chromedriver did not start");
    }

    async Task Open(string sessions)
    {
        // As root Chromium has no sandbox; it must not look for the network either.
        string[] arguments = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage", $"--user-data-dir={_profile}"];
        var created = await Send(HttpMethod.Post, sessions, new
        {
            capabilities = new { alwaysMatch = new Dictionary<string, object> { ["goog:chromeOptions"] = new { args = arguments }, ["goog:loggingPrefs"] = new { browser = "ALL" } } },
        });
        _session = $"{sessions}/{(string)created!["sessionId"]!}";
    }

    public Task Navigate(Uri address) => Command("url", new { url = address });

    public Task<JsonNode?> Run(string script) => Command("execute/sync", new { script, args = Array.Empty<object>() });

    public async Task Click(string selector) => await Command($"element/{await Find(selector)}/click", new { });

    /// <summary>Types, or chooses a file.</summary>
    public async Task Type(string selector, string text) => await Command($"element/{await Find(selector)}/value", new { text });

    /// <summary>Waits until a JavaScript expression is true.</summary>
    public async Task Until(string expression)
    {
        var clock = Stopwatch.StartNew();
        while ((bool?)await Run($"return !!({expression})") != true)
        {
            if (clock.Elapsed > Patience)
                Assert.Fail($"never came true: {expression}\n{await Run("return document.body.innerText")}");
            await Task.Delay(20);
        }
    }

    /// <summary>What the browser complained of since the last call.</summary>
    public async Task<IReadOnlyList<string>> Complaints() =>
        [.. (await Command("se/log", new { type = "browser" }))!.AsArray().Select(entry => (string)entry!["message"]!)];

    public async Task Emulate(string colours) =>
        await Command("goog/cdp/execute", new { cmd = "Emulation.setEmulatedMedia", @params = new { features = new[] { new { name = "prefers-color-scheme", value = colours } } } });

    public void Dispose()
    {
        try
        {
            if (_session.Length > 0)
                _client.Send(new HttpRequestMessage(HttpMethod.Delete, _session)).Dispose();
        }
        finally
        {
            _driver.Kill(entireProcessTree: true);
            _driver.WaitForExit();
            _driver.Dispose();
            _client.Dispose();
            Directory.Delete(_profile, recursive: true);
        }
    }

    async Task<string> Find(string selector) => (string)(await Command("element", new { @using = "css selector", value = selector }))![ElementKey]!;

    Task<JsonNode?> Command(string name, object body) => Send(HttpMethod.Post, $"{_session}/{name}", body);

    async Task<JsonNode?> Send(HttpMethod method, string address, object body)
    {
        using var request = new HttpRequestMessage(method, address) { Content = JsonContent.Create(body) };
        // The driver does not read chunked requests.
        await request.Content.LoadIntoBufferAsync();
        using var response = await _client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{address}: {text}");
        return JsonNode.Parse(text)!["value"];
    }

    [GeneratedRegex(@"started successfully on port (\d+)")]
    private static partial Regex StartedOnPort();
}
