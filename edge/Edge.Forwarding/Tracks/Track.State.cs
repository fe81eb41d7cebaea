using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Forwarding.Tracks;

/// <content>Tracks whose publisher, or whose viewers, go on in another process.</content>
public sealed partial class Track
{
    /// <summary>Writes what is known of the publisher, but for its packets, its rids and its epoch.</summary>
    /// <remarks>Size: about 250 bytes a layer, and what the structure of its dependencies takes.</remarks>
    public void Write(StateWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        var outer = writer.Begin();
        _selector.Write(writer);
        _requester.Write(writer);
        var layers = writer.Begin();
        for (var index = 0; index < _selector.Count; index++)
        {
            LayerMemory.Write(writer, _layers[index]!);
        }

        writer.End(layers);
        writer.End(outer);
    }

    /// <summary>Takes what was known of the same publisher in another process as far as it is not known here. Comes
    /// behind <see cref="StartSource"/> and <see cref="SetDescriptorExtension"/>, and best before its packets.</summary>
    /// <returns>False, and nothing is taken, when the publisher has another number of layers.</returns>
    public bool TryTake(TrackMemory memory, Instant now)
    {
        ArgumentNullException.ThrowIfNull(memory);
        if (!_hasSource || memory.Layers.Length != _selector.Count)
        {
            return false;
        }

        for (var index = 0; index < _selector.Count; index++)
        {
            memory.Layers[index].GiveTo(_layers[index]!);
        }

        _requester.Take(memory.Requester, now);
        if (_selector.Take(memory.Selector))
        {
            ChooseTargets(now);
        }

        return true;
    }

    /// <summary>The publisher's packets come to this node from now on, and no other one tells of its layers any more
    /// (<see cref="SetLayerState"/>).</summary>
    public void EndLayerStates() => _selector.EndTold();
}
