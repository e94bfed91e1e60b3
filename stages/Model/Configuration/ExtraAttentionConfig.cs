using Llava.Contracts.Configuration;

namespace Llava.Model.Configuration;

/// <summary>What <c>multiquery_attention</c> needs beside the usual.</summary>
public sealed record ExtraAttentionConfig
{
    /// <summary>Heads that keys and values have.</summary>
    [ConfigKey("num_kv_groups"), Bounds(1)]
    public int? NumKvGroups { get; init; }
}
