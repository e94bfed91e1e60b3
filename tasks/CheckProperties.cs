using Llava.Contracts.Diagnostics;
using Llava.Tasks.Checking;
using Microsoft.Build.Framework;

namespace Llava.Tasks;

/// <summary>Refuses what a user mistyped, all of it at once, before anything is made, emptied or removed because of it.</summary>
public sealed class CheckProperties : CodedTask
{
    [Required]
    public string Root { get; set; } = "";

    [Required]
    public string Recipe { get; set; } = "";

    [Required]
    public string ArtifactsDir { get; set; } = "";

    public string DatasetsFile { get; set; } = "";

    /// <summary>Names of properties. Metadata: Value; what it may be (<see cref="ValueRule"/>).</summary>
    public ITaskItem[] Properties { get; set; } = [];

    protected override void Run()
    {
        CheckRecipe();
        // Which is below artifacts/ by the recipe's name.
        if (!Log.HasLoggedErrors)
            CheckArtifactsDir();
        if (DatasetsFile.Length > 0 && !File.Exists(InRoot(DatasetsFile)))
            Log.LogDiagnostic(ErrorCatalog.FileNotFound.At(InRoot(DatasetsFile), "-p:DatasetsFile= names this, and there is no such file"));
        foreach (var property in Properties)
            CheckValue(property.ItemSpec, property.GetMetadata("Value"), ValueRule.Of(property));
    }

    void CheckRecipe()
    {
        var file = System.IO.Path.Combine(Root, "configs", Recipe, "recipe.props");
        // Beside the artifacts of recipes lie the program and the outputs of its build.
        if (Recipe.Contains('/') || Recipe.Contains('\\') || Recipe.Contains("..", StringComparison.Ordinal) || Recipe is "tools" or "build")
            Log.LogDiagnostic(ErrorCatalog.UnknownRecipe.Says($"-p:Recipe= is the name of a folder below configs/, and neither tools nor build, not \"{Recipe}\""));
        else if (!File.Exists(file))
            Log.LogDiagnostic(ErrorCatalog.UnknownRecipe.At(file, $"there is no recipe \"{Recipe}\": a recipe is a folder below configs/ with a recipe.props"));
    }

    void CheckArtifactsDir()
    {
        var named = new DirectoryInfo(System.IO.Path.TrimEndingDirectorySeparator(ArtifactsDir));
        var artifacts = Folder((named.LinkTarget is null ? null : named.ResolveLinkTarget(returnFinalTarget: true))?.FullName ?? ArtifactsDir);
        string[] own = [InRoot("artifacts/tools"), InRoot("artifacts/build")];
        if (Folder(Root).StartsWith(artifacts, StringComparison.Ordinal) || own.Any(folder => artifacts.StartsWith(Folder(folder), StringComparison.Ordinal)))
            Log.LogDiagnostic(ErrorCatalog.BadArguments.At(ArtifactsDir, "-p:ArtifactsDir= cannot be the checkout, a folder that it lies in, or that of its tools: -t:Clean removes what is made there"));
    }

    void CheckValue(string name, string value, ValueRule rule)
    {
        if (value.Length > 0 && !rule.Allows(value))
            Log.LogDiagnostic(ErrorCatalog.BadArguments.Says($"-p:{name}= is {rule.Description}, not \"{value}\""));
    }

    string InRoot(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetFullPath(Root));

    static string Folder(string path) => System.IO.Path.GetFullPath(path).TrimEnd('/') + '/';
}
