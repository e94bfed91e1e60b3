namespace Llava.Tasks;

/// <summary>The dotnet that runs this build, which runs the program too.</summary>
static class DotnetHost
{
    public static string Path => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") is { Length: > 0 } host ? host : "dotnet";
}
