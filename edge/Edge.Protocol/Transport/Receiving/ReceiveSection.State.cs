using Edge.Protocol.Negotiation.State;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it comes into another process.</content>
internal sealed partial class ReceiveSection
{
    /// <summary>Writes what was agreed and how its encodings do.</summary>
    public void Write(StateWriter writer)
    {
        if (_media is null)
        {
            writer.Nothing();
            return;
        }

        var outer = writer.Begin();
        MediaAgreementForm.Write(writer, _media);
        var layers = writer.Begin();
        for (var layer = 0; layer < Layers.Length; layer++)
        {
            var item = writer.Begin();
            writer.Bool(WantsKeyFrame[layer]);
            Layers[layer].Write(writer);
            writer.End(item);
        }

        writer.End(layers);
        Claims.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public static ReceiveSection Read(ref StateReader reader)
    {
        if (reader.IsNothing())
        {
            return Vacant;
        }

        var outer = reader.BeginWhole(valuesMin: 3);
        if (!MediaAgreementForm.TryRead(ref reader, out var media))
        {
            return Vacant;
        }

        var section = new ReceiveSection(media);
        var layers = reader.BeginWhole(section.Layers.Length);
        for (var layer = 0; layer < section.Layers.Length; layer++)
        {
            var item = reader.BeginWhole(valuesMin: 2);
            section.WantsKeyFrame[layer] = reader.Bool();
            section.Layers[layer].Read(ref reader);
            reader.End(item);
        }

        reader.End(layers);
        section.Claims.Read(ref reader);
        reader.End(outer);
        return section;
    }
}
