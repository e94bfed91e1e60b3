using System.Text.Json;
using System.Text.Json.Serialization;

namespace Llava.Train.Metrics;

/// <summary>JSON has no NaN and no infinity: <c>null</c>, which every reader takes for a number that is not there.</summary>
sealed class NumberOrNull : JsonConverter<double>
{
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
    {
        if (double.IsFinite(value))
            writer.WriteNumberValue(value);
        else
            writer.WriteNullValue();
    }
}
