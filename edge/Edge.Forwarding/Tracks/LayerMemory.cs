using Edge.Forwarding.Rewriting;
using Edge.Forwarding.State;
using Edge.Forwarding.Thinning;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.State;

namespace Edge.Forwarding.Tracks;

/// <summary>What was known of a layer in another process.</summary>
internal sealed class LayerMemory
{
    private const int Values = 12;

    private PictureIdExpander _pictures;
    private DescriptorReader? _descriptors;
    private TrackLayer.SpatialSizes _sizes;
    private VideoSize _size;
    private LayerClock _clock;
    private Instant _newestAt;
    private uint _newestTimestamp;
    private long _firstAfterJump;
    private bool _isBlind;
    private LayerRateMeter _rates = new();

    /// <summary>Writes what is known of a layer, but for its packets.</summary>
    public static void Write(StateWriter writer, TrackLayer layer)
    {
        var outer = writer.Begin();
        writer.Size(layer.Size);
        var sizes = writer.Begin();
        foreach (var size in layer.Sizes)
        {
            writer.Size(size);
        }

        writer.End(sizes);
        writer.Bool(layer.Clock.IsKnown);
        writer.UInt(layer.Clock.Ntp.Value);
        writer.UInt(layer.Clock.RtpTimestamp);
        writer.UInt(layer.NewestTimestamp);
        writer.Moment(layer.NewestAt);
        writer.Int(layer.FirstAfterJump);
        writer.Bool(layer.IsBlind);
        layer.Pictures.Write(writer);
        if (layer.Descriptors is { } descriptors)
        {
            descriptors.Write(writer);
        }
        else
        {
            writer.Nothing();
        }

        layer.Rates.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads it.</summary>
    public static LayerMemory Read(ref StateReader reader)
    {
        // A size is two values.
        var outer = reader.BeginWhole(Values + 1);
        var memory = new LayerMemory { _size = reader.Size() };
        var sizes = reader.BeginWhole(2 * LayerCell.LayersMax);
        foreach (ref var size in (Span<VideoSize>)memory._sizes)
        {
            size = reader.Size();
        }

        reader.End(sizes);
        memory._clock = new LayerClock(
            reader.Bool(),
            new NtpTimestamp(reader.UInt()),
            reader.UInt32()
        );
        memory._newestTimestamp = reader.UInt32();
        memory._newestAt = reader.Moment();
        memory._firstAfterJump = reader.Sequence();
        memory._isBlind = reader.Bool();
        memory._pictures = PictureIdExpander.Read(ref reader);
        memory._descriptors = reader.IsNothing() ? null : DescriptorReader.Read(ref reader);
        memory._rates = LayerRateMeter.Read(ref reader);
        reader.End(outer);
        return memory;
    }

    /// <summary>Gives a layer what is not known of it here.</summary>
    public void GiveTo(TrackLayer layer)
    {
        layer.Clock = layer.Clock.IsKnown ? layer.Clock : _clock;
        if (layer.Size == default)
        {
            layer.Size = _size;
            layer.Sizes = _sizes;
        }

        if (layer.Descriptors is { HasStructure: false } && _descriptors is not null)
        {
            layer.Descriptors = _descriptors;
        }

        layer.Rates = layer.Rates.IsStarted ? layer.Rates : _rates;
        if (layer.NewestAt.IsSet)
        {
            return;
        }

        layer.NewestAt = _newestAt;
        layer.NewestTimestamp = _newestTimestamp;
        layer.FirstAfterJump = _firstAfterJump;
        layer.IsBlind = _isBlind;
        layer.Pictures = _pictures;
    }
}
