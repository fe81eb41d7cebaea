using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Mesh.Exports;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.MeshLink;

/// <summary>What a node understands of what another says of a track.</summary>
public sealed class TrackWordingTests
{
    private static readonly DemandKey Asked = new(new NodeAddress(1, 1), "app");

    /// <summary>The session's id names one node, and another one of its PoP has it: what is wanted goes to that one. A node of
    /// another PoP cannot have it.</summary>
    [Theory]
    [InlineData(1, 1, 1, 1)]
    [InlineData(1, 7, 1, 7)]
    [InlineData(2, 7, 1, 1)]
    public void ReadOffer_SaidByANodeOfThePop_IsThatNodes(
        ushort pop,
        ushort node,
        ushort ownerPop,
        ushort owner
    )
    {
        var token = TrackToken.Create("session", "cam");
        var codec = new NegotiatedCodec(
            CodecKind.Vp8,
            new PayloadType(96),
            null,
            90_000,
            "VP8",
            null
        );
        var source = new ExportedSource(
            new SourceName(7, 3),
            TrackWording.Write(MediaKind.Video, new TrackFormat(codec, default, []))
        );
        var layers = new ExportedLayers(
            source,
            [new MeshLayerState(IsActive: true, 100, Bitrate.Zero)],
            [null]
        );

        var offer = TrackWording.ReadOffer(
            layers.ToFrame(new NodeAddress(pop, node), default),
            token,
            Asked
        );

        Assert.NotNull(offer);
        Assert.Equal(new DemandKey(new NodeAddress(ownerPop, owner), "app"), offer.Key);
        Assert.Equal(new SourceName(7, 3), offer.Name);
        Assert.True(Assert.Single(offer.Words).Claim.IsActive);
    }
}
