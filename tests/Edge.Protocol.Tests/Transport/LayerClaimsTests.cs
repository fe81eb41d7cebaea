using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Protocol.Transport.Receiving;
using Edge.Testing;
using Edge.Wire.Rtp;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What a publisher says of its layers reaches whoever chooses among them.</summary>
public sealed class LayerClaimsTests
{
    private const byte ElementId = 9;
    private const byte MarkerlessVp8 = 96;

    /// <summary>Three streams of one spatial and one temporal layer: 100, 200 and 300 kbit/s, 4x2, 8x4 and
    /// 16x8 pixels, said on the second.</summary>
    private static readonly byte[] AllActive =
    [
        0x61,
        0x00,
        100,
        0xC8,
        0x01,
        0xAC,
        0x02,
        0,
        3,
        0,
        1,
        30,
        0,
        7,
        0,
        3,
        30,
        0,
        15,
        0,
        7,
        30,
    ];

    /// <summary>Two streams are left, without sizes.</summary>
    private static readonly byte[] TopOff = [0x51, 0x00, 100, 0xC8, 0x01];

    private readonly LayerClaims _claims = new(layers: 3);

    [Fact]
    public void TryRead_AllActive_EachLayerWithItsSize()
    {
        Assert.True(_claims.TryRead(AllActive, layerOfPacket: 1));

        Assert.Equal([new(true, 8), new(true, 32), new(true, 128)], Taken(_claims));
        Assert.False(_claims.HasAny);
    }

    [Fact]
    public void TryRead_LayerNotNamed_IsInactive()
    {
        Assert.True(_claims.TryRead(TopOff, layerOfPacket: 1));

        Assert.Equal([new(true, 0), new(true, 0), new(false, 0)], Taken(_claims));
    }

    /// <summary>A single zero byte: nothing is sent.</summary>
    [Fact]
    public void TryRead_NothingSent_AllInactive()
    {
        Assert.True(_claims.TryRead([0], layerOfPacket: 2));

        Assert.Equal([default, default, default], Taken(_claims));
    }

    [Fact]
    public void TryRead_SaidAgainBeforeItWasTaken_TheLastCounts()
    {
        Assert.True(_claims.TryRead(AllActive, layerOfPacket: 1));
        Assert.True(_claims.TryTake(out _, out _));
        Assert.True(_claims.TryRead(TopOff, layerOfPacket: 1));

        Assert.Equal([new(true, 0), new(true, 0), new(false, 0)], Taken(_claims));
    }

    [Fact]
    public void TryRead_StreamOfAnotherOrderOrCutOff_IsNotBelieved()
    {
        Assert.False(_claims.TryRead(AllActive, layerOfPacket: 0));
        Assert.False(_claims.TryRead(AllActive.AsSpan(0, 9), layerOfPacket: 1));
        Assert.False(_claims.HasAny);
        Assert.False(_claims.TryTake(out _, out _));
    }

    [Fact]
    public void TryRead_TryTake_AllocateNothing() =>
        AllocationAssert.None(() =>
        {
            _ = _claims.TryRead(AllActive, layerOfPacket: 1);
            while (_claims.TryTake(out _, out _)) { }
        });

    [Fact]
    public void HandleRtp_PacketWithAllocation_EventsForEachLayer()
    {
        var media = Agreements.Simulcast with
        {
            Extensions = Agreements.Extensions with { VideoLayersAllocation = ElementId },
        };
        var receiver = new MediaReceiver(
            [media],
            new Ssrc(1),
            "node",
            new ClockAnchor(Instant.Zero, default),
            Instant.Zero
        );

        Assert.Equal(
            DropReason.None,
            receiver.HandleRtp(Packet("h", AllActive), arrivedAt: Instant.Zero, Instant.Zero, out _)
        );

        for (byte layer = 0; layer < 3; layer++)
        {
            Assert.True(receiver.PollEvent(out var said));
            Assert.Equal(
                new ReceiverEvent(
                    ReceiverEventKind.LayerAllocation,
                    Section: 0,
                    layer,
                    Claim: new LayerClaim(IsActive: true, 8 << (2 * layer))
                ),
                said
            );
        }

        Assert.False(receiver.PollEvent(out _));
    }

    private static List<LayerClaim> Taken(LayerClaims claims)
    {
        var taken = new List<LayerClaim>();
        while (claims.TryTake(out var layer, out var claim))
        {
            Assert.Equal(taken.Count, layer);
            taken.Add(claim);
        }

        return taken;
    }

    private static byte[] Packet(string rid, byte[] allocation)
    {
        var packet = new byte[200];
        var writer = new RtpHeaderWriter(
            packet,
            marker: false,
            new PayloadType(MarkerlessVp8),
            new SequenceNumber(1),
            timestamp: 0,
            new Ssrc(7),
            ExtensionForm.TwoByte
        );
        writer.AddToken(Agreements.Extensions.Mid, Token16.Create("1"));
        writer.AddToken(Agreements.Extensions.Rid, Token16.Create(rid));
        writer.AddExtension(ElementId, allocation);
        var length = writer.Complete();
        packet[length] = 0x10;
        return packet[..(length + 20)];
    }
}
