using System.Xml.Linq;
using Llava.Tests;

namespace Llava.Architecture.Tests;

/// <summary>Who may refer to whom, read from the project files. Stages meet in files, never in code.</summary>
public sealed class ReferenceTests
{
    static readonly Dictionary<string, string[]> AllowedProjects = new()
    {
        ["Contracts"] = [],
        ["H5Reading"] = ["Contracts"],
        ["Data"] = ["Contracts", "H5Reading"],
        ["Model"] = ["Contracts", "H5Reading"],
        ["Download"] = ["Contracts"],
        ["Store"] = ["Contracts"],
        ["Preprocess"] = ["Contracts", "Data"],
        ["Hdf5"] = ["Contracts", "Data"],
        ["Convert"] = ["Contracts", "Model"],
        ["Train"] = ["Contracts", "Data", "Model"],
        ["Generate"] = ["Contracts", "Data", "Model"],
        ["Serve"] = ["Contracts", "Data", "Model", "Generate"],
        ["Evaluate"] = ["Contracts", "Data", "Model", "Generate"],
        ["Demo"] = ["Contracts", "Data", "Model"],
        ["Host"] = ["Contracts", "Data", "Model", "Download", "Preprocess", "Hdf5", "Convert", "Train", "Generate", "Evaluate", "Serve", "Demo"],
    };

    static readonly Dictionary<string, string[]> PackagesOnlyFor = new()
    {
        ["TorchSharp"] = ["Model"],
        ["Microsoft.Build"] = [],
        ["AWSSDK"] = ["Store"],
        ["NetVips"] = ["Data"],
        ["Parquet.Net"] = ["Preprocess"],
        ["System.CommandLine"] = ["Host"],
        ["Spectre.Console"] = ["Host"],
        ["YamlDotNet"] = ["Contracts"],
    };

    public static TheoryData<string> Stages => [.. Directory.GetDirectories(Path.Combine(GoldenData.Repository, "stages")).Select(folder => Path.GetFileName(folder)!)];

    static XDocument ProjectOf(string stage) => XDocument.Load(Path.Combine(GoldenData.Repository, "stages", stage, $"Llava.{stage}.csproj"));

    static IEnumerable<string> Includes(XDocument project, string element) => project.Descendants(element).Select(item => item.Attribute("Include")!.Value);

    [Theory, MemberData(nameof(Stages))]
    public void A_stage_refers_only_to_what_lies_below_it(string stage)
    {
        var referred = Includes(ProjectOf(stage), "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path).Replace("Llava.", "", StringComparison.Ordinal));
        Assert.Empty(referred.Except(AllowedProjects[stage]));
    }

    [Theory, MemberData(nameof(Stages))]
    public void A_package_is_used_where_it_belongs_and_nowhere_else(string stage)
    {
        var astray = from package in Includes(ProjectOf(stage), "PackageReference")
                     from rule in PackagesOnlyFor
                     where package.StartsWith(rule.Key, StringComparison.Ordinal) && !rule.Value.Contains(stage)
                     select package;
        Assert.Empty(astray);
    }

    [Fact]
    public void The_tasks_know_MSBuild_the_contracts_and_the_store_alone()
    {
        var tasks = XDocument.Load(Path.Combine(GoldenData.Repository, "tasks", "Llava.Tasks.csproj"));
        Assert.Equal(["Microsoft.Build.Utilities.Core"], Includes(tasks, "PackageReference"));
        Assert.Equal(["../stages/Contracts/Llava.Contracts.csproj", "../stages/Store/Llava.Store.csproj"], Includes(tasks, "ProjectReference"));
    }

    [Fact]
    public void Every_stage_but_the_shared_ones_has_a_README_and_a_stage_file()
    {
        string[] shared = ["Contracts", "H5Reading", "Data", "Model", "Host", "Store"];
        Assert.All(AllowedProjects.Keys.Except(shared), stage =>
        {
            Assert.True(File.Exists(Path.Combine(GoldenData.Repository, "stages", stage, "README.md")), $"stages/{stage}/README.md");
            Assert.True(File.Exists(Path.Combine(GoldenData.Repository, "stages", stage, $"{stage}Stage.cs")), $"stages/{stage}/{stage}Stage.cs");
        });
    }

    [Fact]
    public void No_file_or_type_has_a_name_that_says_nothing()
    {
        string[] folders = ["stages", "tasks", "tests", "build"];
        string[] empty = ["Util", "Utils", "Helper", "Helpers", "Common", "Manager", "Managers", "Misc"];
        var vague = folders.SelectMany(folder => Directory.EnumerateFiles(Path.Combine(GoldenData.Repository, folder), "*.cs", SearchOption.AllDirectories))
            .Where(path => empty.Any(word => Path.GetFileNameWithoutExtension(path).EndsWith(word, StringComparison.Ordinal)))
            .Select(path => Path.GetRelativePath(GoldenData.Repository, path));
        Assert.Empty(vague);
    }

    /// <summary>A stage whose list leaves one out would stay fresh while its code changed.</summary>
    [Fact]
    public void The_code_that_makes_a_stage_stale_is_all_that_it_is_built_of()
    {
        var lists = Directory.GetFiles(Path.Combine(GoldenData.Repository, "build"), "*.targets")
            .SelectMany(path => XDocument.Load(path).Descendants("CheckStage"))
            .Select(check => (Stage: check.Attribute("Stage")!.Value, Code: check.Attribute("Code")!.Value.Split(';'))).ToArray();
        Assert.True(lists.Length >= 12);
        Assert.All(lists, list => Assert.Equal([], list.Code.SelectMany(BuiltOf).Distinct().Except(list.Code).Select(missing => $"{list.Stage}: {missing}")));
    }

    static IEnumerable<string> BuiltOf(string stage) =>
        Includes(ProjectOf(stage), "ProjectReference").Select(path => Path.GetFileName(Path.GetDirectoryName(path))!).SelectMany(direct => BuiltOf(direct).Append(direct));
}
