using System.Text.Json.Nodes;
using Llava.Contracts.Diagnostics;

namespace Llava.Model.Mapping;

/// <summary>
/// The rotary settings of a <c>LlamaConfig</c> in one spelling, <c>rope_theta</c> and <c>rope_scaling</c>: transformers 5 keeps both in
/// <c>rope_parameters</c>, and since 4.43 a scaling of type <c>default</c> is none.
/// </summary>
public static class RopeParameters
{
    const string Newer = "rope_parameters", Scaling = "rope_scaling", Theta = "rope_theta";

    static readonly string[] TypeKeys = ["type", "rope_type"];

    /// <summary>Rewrites <paramref name="config"/> in place.</summary>
    /// <exception cref="DiagnosticException">The rotary positions are of a kind that is not computed, or the two spellings disagree.</exception>
    public static void Standardize(JsonObject config, string path)
    {
        var (parameters, scaling) = (config.Section(Newer, path), config.Section(Scaling, path));
        if (parameters is not null && scaling is not null && !JsonNode.DeepEquals(parameters, scaling))
            throw ErrorCatalog.BadModelConfig.Fails(path, $"{Newer} is {parameters.ToJsonString()}, but {Scaling} is {scaling.ToJsonString()}; only one of them may be given");
        config.Remove(Newer);
        if ((parameters ?? scaling) is not { } rotary)
            return;
        var name = parameters is null ? Scaling : Newer;
        TakeTheta(config, rotary, name, path);
        config[Scaling] = Supported(rotary, name, path);
    }

    static void TakeTheta(JsonObject config, JsonObject rotary, string name, string path)
    {
        if (rotary.Number(Theta, path) is not { } theta)
            return;
        if (config.Number(Theta, path) is { } older && !older.Equals(theta))
            throw ErrorCatalog.BadModelConfig.Fails(path, FormattableString.Invariant($"{Theta} is {older}, but {name} has {theta}"));
        config[Theta] = theta;
    }

    // Null for none.
    static JsonObject? Supported(JsonObject rotary, string name, string path)
    {
        var type = TypeKeys.Select(key => rotary.Text(key, path)).FirstOrDefault(text => text is not null)?.ToLowerInvariant();
        var factor = rotary.Number("factor", path);
        if ((rotary.Number("partial_rotary_factor", path) ?? 1) != 1 || (type, factor) is not (("default", _) or (null, null) or ("linear", > 0)))
            throw ErrorCatalog.BadModelConfig.Fails(path, $"{name} is {rotary.ToJsonString()}; supported are the types default and linear, linear with a factor");
        return type == "linear" ? new JsonObject { ["type"] = type, ["factor"] = factor } : null;
    }
}
