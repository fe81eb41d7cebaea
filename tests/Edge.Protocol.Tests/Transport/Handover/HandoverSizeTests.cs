using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Transport.Handover;

/// <summary>A node hands thousands of peers over within a moment: what is written of each has to be small.</summary>
public sealed class HandoverSizeTests
{
    [Fact]
    public void Capture_PublisherOfThreeLayers_IsSmall() =>
        Assert.InRange(Capture([Agreements.Audio, Agreements.Simulcast], []), 2000, 6000);

    [Fact]
    public void Capture_ViewerOfTenTracks_IsSmall() =>
        Assert.InRange(Capture([], [.. Enumerable.Range(0, 10).Select(Track)]), 4000, 11_000);

    [Fact]
    public void TryPortray_PublisherOfThreeLayers_IsSmall() =>
        Assert.InRange(Portray([Agreements.Audio, Agreements.Simulcast], []), 2000, 6000);

    /// <summary>Less than the whole: what is in flight is not in it.</summary>
    [Fact]
    public void TryPortray_ViewerOfTenTracks_IsSmall() =>
        Assert.InRange(Portray([], [.. Enumerable.Range(0, 10).Select(Track)]), 3000, 8000);

    private static int Capture(
        ImmutableArray<MediaAgreement> uplink,
        ImmutableArray<MediaAgreement> downlink
    )
    {
        using var world = Run(uplink, downlink);
        using var writer = new StateWriter(world.Simulation.Now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryCapture(writer));
        return writer.Written.Length;
    }

    private static int Portray(
        ImmutableArray<MediaAgreement> uplink,
        ImmutableArray<MediaAgreement> downlink
    )
    {
        using var world = Run(uplink, downlink);
        using var writer = new StateWriter(world.Simulation.Now, HandoverWorld.StateBytesMax);
        Assert.Equal(PeerCapture.Captured, world.Node.Peer.TryPortray(writer));
        return writer.Written.Length;
    }

    private static HandoverWorld Run(
        ImmutableArray<MediaAgreement> uplink,
        ImmutableArray<MediaAgreement> downlink
    )
    {
        var world = new HandoverWorld(
            Seeds.Next(),
            new LinkConditions { Delay = TimeSpan.FromMilliseconds(20), Loss = 0.01 },
            uplink,
            downlink
        );
        world.Connect();
        world.Simulation.RunFor(TimeSpan.FromSeconds(20));
        return world;
    }

    private static MediaAgreement Track(int index) =>
        HandoverWorld.Downlink[index % 2] with
        {
            Mid = Mid.Create(index.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            LocalSsrc = new Ssrc(100 + (uint)index),
            LocalRtxSsrc = new Ssrc(200 + (uint)index),
        };
}
