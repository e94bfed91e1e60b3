using System.Text.RegularExpressions;

namespace Llava.Download.Sources;

enum SourceKind { HubModel, HubDataset, WebFile, ByHand }

/// <summary>
/// Where something is to be had: <c>hub:owner/name</c> (a model), <c>hub:datasets/owner/name</c>, an <c>https://</c> address of
/// one file, or <c>by-hand:https://…</c>, the page that says how to get it.
/// </summary>
/// <param name="Value">Owner and name of a repository, or the web address.</param>
sealed partial record SourceAddress(SourceKind Kind, string Value)
{
    public bool IsHub => Kind is SourceKind.HubModel or SourceKind.HubDataset;

    /// <summary>What the lock file calls it; the hub's address is no part of it, so that a mirror serves as well.</summary>
    public string LockName(string revision) => Kind switch
    {
        SourceKind.HubModel => $"hub:{Value}@{revision}",
        SourceKind.HubDataset => $"hub:datasets/{Value}@{revision}",
        SourceKind.ByHand => $"by-hand:{Value}",
        _ => Value,
    };

    /// <summary>null where the text is none of these.</summary>
    public static SourceAddress? Parse(string text)
    {
        const string Hub = "hub:", Datasets = "hub:datasets/", ByHand = "by-hand:";
        if (text.StartsWith(Datasets, StringComparison.Ordinal))
            return IsRepository(text[Datasets.Length..]) ? new SourceAddress(SourceKind.HubDataset, text[Datasets.Length..]) : null;
        if (text.StartsWith(Hub, StringComparison.Ordinal))
            return IsRepository(text[Hub.Length..]) ? new SourceAddress(SourceKind.HubModel, text[Hub.Length..]) : null;
        if (text.StartsWith(ByHand, StringComparison.Ordinal))
            return IsWebAddress(text[ByHand.Length..]) ? new SourceAddress(SourceKind.ByHand, text[ByHand.Length..]) : null;
        return IsWebAddress(text) ? new SourceAddress(SourceKind.WebFile, text) : null;
    }

    /// <summary>"owner/name" as the hub allows it.</summary>
    public static bool IsRepository(string text) => RepositoryName().IsMatch(text) && !text.Split('/').Any(part => part is "." or "..");

    static bool IsWebAddress(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is "https" or "http" && address.UserInfo.Length == 0;

    [GeneratedRegex(@"\A[\w.-]{1,96}/[\w.-]{1,96}\z")]
    private static partial Regex RepositoryName();
}
