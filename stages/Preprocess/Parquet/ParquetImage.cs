using System.Text.Json.Serialization;

namespace Llava.Preprocess.Parquet;

/// <summary>A picture inside a row, as Hugging Face's datasets store it.</summary>
sealed class ParquetImage
{
    [JsonPropertyName("bytes")]
    public byte[]? Bytes { get; set; }
}
