using Edge.Forwarding.KeyFrames;
using Edge.Forwarding.LayerSelection;
using Edge.Wire.State;

namespace Edge.Forwarding.Tracks;

/// <summary>What a track knew of its publisher in another process (<see cref="Track.Write"/>).</summary>
public sealed class TrackMemory
{
    private readonly LayerMemory[] _layers;

    private TrackMemory(LayerSelector selector, KeyFrameRequester requester, LayerMemory[] layers)
    {
        Selector = selector;
        Requester = requester;
        _layers = layers;
    }

    /// <summary>The life and the rates of the layers.</summary>
    internal LayerSelector Selector { get; }

    /// <summary>What key frames are wished for.</summary>
    internal KeyFrameRequester Requester { get; }

    /// <summary>Each layer.</summary>
    internal ReadOnlySpan<LayerMemory> Layers => _layers;

    /// <summary>Reads it; null when it makes no sense.</summary>
    public static TrackMemory? TryRead(ref StateReader reader)
    {
        var outer = reader.BeginWhole(3);
        var selector = LayerSelector.Read(ref reader);
        var requester = KeyFrameRequester.Read(ref reader);
        var group = reader.Begin(selector.Count, out var count);
        var layers = new LayerMemory[count];
        for (var layer = 0; layer < count; layer++)
        {
            layers[layer] = LayerMemory.Read(ref reader);
        }

        reader.End(group);
        reader.End(outer);
        return reader.IsBroken || count != selector.Count
            ? null
            : new TrackMemory(selector, requester, layers);
    }
}
