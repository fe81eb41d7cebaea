using Edge.Forwarding.State;
using Edge.Wire.State;

namespace Edge.Forwarding.LayerSelection;

/// <content>What another process needs to know how often a layer has pictures.</content>
internal partial struct LayerCadence
{
    /// <summary>Writes it.</summary>
    public readonly void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Duration(_beganAt);
        writer.Duration(_interval);
        writer.Duration(_taught);
        writer.UInt((ulong)_pictures);
        writer.End(outer);
    }

    /// <summary>Reads one.</summary>
    public static LayerCadence Read(ref StateReader reader)
    {
        var outer = reader.Begin();
        var cadence = new LayerCadence
        {
            _beganAt = reader.Length(),
            _interval = reader.Length(),
            _taught = reader.Length(),
            _pictures = reader.Int32(GapsMin + 1),
        };
        reader.End(outer);
        return cadence;
    }
}
