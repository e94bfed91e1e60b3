using Llava.Contracts.Configuration;

namespace Llava.Data.Loading;

/// <summary>An item of <c>mixture</c>.</summary>
public sealed record MixturePartConfig : IValidatedConfig
{
    /// <summary>One folder or a list of them; read it as <see cref="DataFolders"/>.</summary>
    public required ConfigNode DataDir { get; init; }

    /// <summary>Share of the samples, relative to the other parts' weights. 0 leaves the part out.</summary>
    [Bounds(0)]
    public required double Weight { get; init; }

    public string? DataSubset { get; init; }

    public IReadOnlyList<string> DataFolders => FolderList.Read(DataDir)!;

    public IEnumerable<(string Key, string Message)> Problems()
    {
        if (FolderList.Read(DataDir) is null)
            yield return ("data_dir", "must be a folder or a list of folders");
        if (DataSubset is not null && Loading.DataSubset.Problem(DataSubset) is { } problem)
            yield return ("data_subset", problem);
    }
}
