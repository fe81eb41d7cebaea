using Edge.Wire.State;

namespace Edge.Forwarding.AudioLevel;

/// <content>What another process needs so that the same tracks pass.</content>
public sealed partial class LoudestGate
{
    /// <summary>Writes it.</summary>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        writer.UInt((ulong)_places.Length);
        var places = writer.Begin();
        foreach (ref readonly var place in _places.AsSpan(0, _count))
        {
            writer.Int(place.Track.Key);
            writer.Moment(place.Since);
        }

        writer.End(places);
        writer.End(outer);
    }

    /// <summary>Reads one; null when it makes no sense.</summary>
    /// <param name="reader">Gives it.</param>
    /// <param name="heard">What the viewer hears, under the keys it had. A place of another one is free.</param>
    public static LoudestGate? TryRead(ref StateReader reader, ReadOnlySpan<HeardTrack> heard)
    {
        var outer = reader.BeginWhole(2);
        var gate = new LoudestGate((int)reader.Int(1, PlacesMax));
        var places = reader.Begin(2 * gate._places.Length, out _);
        while (reader.HasMore)
        {
            gate.ReadPlace(ref reader, heard);
        }

        reader.End(places);
        reader.End(outer);
        return reader.IsBroken ? null : gate;
    }

    private void ReadPlace(ref StateReader reader, ReadOnlySpan<HeardTrack> heard)
    {
        var key = (int)reader.Int(int.MinValue, int.MaxValue);
        var since = reader.Moment();
        if (IndexOf(key) >= 0 || !since.IsSet)
        {
            reader.Break();
            return;
        }

        foreach (ref readonly var track in heard)
        {
            if (track.Key == key)
            {
                _places[_count++] = new(track, since);
                return;
            }
        }
    }
}
