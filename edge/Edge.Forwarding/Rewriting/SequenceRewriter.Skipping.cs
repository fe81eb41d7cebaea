using Edge.Primitives;

namespace Edge.Forwarding.Rewriting;

/// <content>Stretches that a viewer is not sent at all.</content>
internal sealed partial class SequenceRewriter
{
    /// <summary>Leaves a received packet out, with whatever is missing before it: the next one sent follows the
    /// last one sent. Unlike <see cref="TryDrop"/>, which reserves what is missing, it leaves no gap that
    /// a viewer would ask for.</summary>
    /// <returns>False when the packet was sent or its number reserved before: then it is not left out.</returns>
    [HotPath]
    public bool TrySkip(int layer, ushort epoch, long extendedIn)
    {
        if (!IsStarted)
        {
            return true;
        }

        if (!IsNew(layer, epoch, extendedIn))
        {
            return false;
        }

        DropWithGap(extendedIn);
        return true;
    }
}
