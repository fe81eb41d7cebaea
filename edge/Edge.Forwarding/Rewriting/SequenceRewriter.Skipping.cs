using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <content>Stretches that a viewer is not sent at all.</content>
internal sealed partial class SequenceRewriter
{
    /// <summary>Leaves a received packet out, with whatever is missing before it: the next one sent follows the
    /// last one sent. Unlike <see cref="TryMapPadding"/>, which reserves what is missing, it leaves no gap that
    /// a viewer would ask for.</summary>
    /// <returns>False when the packet was sent or its number reserved before: then it is not left out.</returns>
    [HotPath]
    public bool TrySkip(int layer, ushort epoch, long extendedIn)
    {
        if (!IsStarted)
        {
            return true;
        }

        ref var current = ref Run(_runCount - 1);
        if (current.Layer != layer || current.Epoch != epoch || extendedIn <= current.LastIn)
        {
            return false;
        }

        if (current.LastIn < current.FirstIn)
        {
            // Nothing was sent of this run yet: it begins later.
            current.FirstIn = extendedIn + 1;
            current.LastIn = extendedIn;
            return true;
        }

        var next = current;
        next.FirstIn = extendedIn + 1;
        next.LastIn = extendedIn;
        next.FirstOut = _nextOut;
        Push(next);
        return true;
    }
}
