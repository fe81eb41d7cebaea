using Edge.Forwarding.Allocation;
using Edge.Forwarding.Tracks;
using Edge.Primitives;

namespace Edge.Forwarding.Tests.Allocation;

/// <summary>Tracks of a viewer, with steps of these rates.</summary>
internal static class Shares
{
    public static TrackShare Of(bool isSound, params int[] kilobits)
    {
        var share = new TrackShare(new Subscription(new SequenceNumber(0), 0), isSound);
        share.Steps.Clear();
        for (var step = 0; step < kilobits.Length; step++)
        {
            share.Steps.Add(new LayerStep((sbyte)step, Bitrate.FromKilobits(kilobits[step])));
        }

        return share;
    }
}
