using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Llava.Contracts.Files;

namespace Llava.Demo.Pretrained;

static class JsonFile
{
    static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Write(string path, JsonObject content) => AtomicFile.WriteAllText(path, content.ToJsonString(Indented) + "\n");
}
