using Llava.Contracts.Configuration;

namespace Llava.Data.Loading;

static class FolderList
{
    /// <summary>A folder or a list of them; null where the yaml has neither.</summary>
    public static IReadOnlyList<string>? Read(ConfigNode node) => node switch
    {
        ConfigScalar { IsNull: false, Text.Length: > 0 } folder => [folder.Text],
        ConfigList { Items.Count: > 0 } list when list.Items.All(item => item is ConfigScalar { IsNull: false, Text.Length: > 0 }) =>
            [.. list.Items.Select(item => ((ConfigScalar)item).Text)],
        _ => null,
    };
}
