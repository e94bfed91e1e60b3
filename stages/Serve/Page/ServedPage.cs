using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Llava.Serve.Page;

/// <summary>The one page: a file without references to any other. Its policy lets the browser run that very script and talk to this server alone.</summary>
sealed class ServedPage
{
    readonly byte[] _content;
    readonly string _policy;

    ServedPage(string html)
    {
        _content = Encoding.UTF8.GetBytes(html);
        _policy = $"default-src 'none'; script-src {HashOf(html, "script")}; style-src {HashOf(html, "style")}; img-src blob: data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
    }

    public static ServedPage Load()
    {
        using var stream = typeof(ServedPage).Assembly.GetManifestResourceStream("page.html")!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return new ServedPage(reader.ReadToEnd().ReplaceLineEndings("\n"));
    }

    public async Task Write(HttpContext context)
    {
        context.Response.ContentType = "text/html; charset=utf-8";
        context.Response.Headers.ContentSecurityPolicy = _policy;
        context.Response.Headers["Referrer-Policy"] = "no-referrer";
        await context.Response.Body.WriteAsync(_content, context.RequestAborted);
    }

    static string HashOf(string html, string element)
    {
        var start = html.IndexOf($"<{element}>", StringComparison.Ordinal) + element.Length + 2;
        var content = html[start..html.IndexOf($"</{element}>", start, StringComparison.Ordinal)];
        return $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(content)))}'";
    }
}
