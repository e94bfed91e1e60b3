namespace Llava.Serve.Api;

/// <summary>A picture inside a request: <c>data:image/png;base64,…</c>. Nothing else is taken, so that no file and no address is ever opened.</summary>
static class DataUrl
{
    const string Scheme = "data:image/";
    const string Encoding = ";base64,";

    /// <param name="parameter">Where the url stands, for the error.</param>
    /// <exception cref="ApiException">It is not such a url.</exception>
    public static byte[] Decode(string url, string parameter)
    {
        if (!url.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
            throw ApiException.Invalid(parameter, "a picture is given as a data URL, data:image/png;base64,...; this server opens no files and no addresses");
        var start = url.IndexOf(Encoding, StringComparison.OrdinalIgnoreCase);
        var bytes = new byte[url.Length];
        if (start < 0 || !Convert.TryFromBase64Chars(url.AsSpan(start + Encoding.Length), bytes, out var count))
            throw ApiException.Invalid(parameter, "the data URL is not base64");
        return bytes[..count];
    }
}
