using System.Text.Json;
using System.Text.Json.Serialization;

namespace Control.Contract.Nodes;

/// <summary>Reads numbers that are numbers: JSON of too many digits is read as infinity, which nobody could
/// pass on.</summary>
internal sealed class FiniteNumberConverter : JsonConverter<double>
{
    /// <inheritdoc/>
    public override double Read(
        ref Utf8JsonReader reader,
        Type typeToConvert,
        JsonSerializerOptions options
    )
    {
        var number = reader.GetDouble();
        return double.IsFinite(number) ? number : throw new JsonException("A number is too large.");
    }

    /// <inheritdoc/>
    public override void Write(
        Utf8JsonWriter writer,
        double value,
        JsonSerializerOptions options
    ) => writer.WriteNumberValue(value);
}
