using System.Buffers.Binary;
using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Negotiation.Offering;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Telephone events (RFC 4733) pass from a publisher to viewers that agreed on them.</summary>
public sealed class TelephoneEventTests
{
    private const int Audio = 0;
    private const int EventPackets = 8;

    [Fact]
    public async Task Play_PublisherSendsEvents_WhoAgreedGetsThemAndTheOtherGetsFillers()
    {
        await using var harness = new NodeHarness();
        var sound = new SyntheticAudio();
        var publisher = await harness.PublishAsync(
            offered: Offer(new(CodecKind.Opus), Events(110)),
            audio: sound
        );
        harness.RunUntil(
            () => publisher.Client.ConnectedAt.IsSet,
            "The publisher did not connect."
        );
        // This viewer's numbers are others than the publisher's.
        var with = await harness.PlayAsync(offered: Offer(Events(101), new(CodecKind.Opus)));
        var without = await harness.PlayAsync();
        var full = with.Client.Played[Audio];
        var filled = without.Client.Played[Audio];
        harness.RunUntil(
            () => full.Packets >= 10 && filled.Packets >= 10,
            "A viewer did not get sound."
        );

        sound.SendEvent(code: 5, EventPackets);
        harness.RunUntil(
            () => full.Events.Count >= EventPackets && filled.Fillers >= EventPackets,
            "The event did not arrive."
        );
        var soundSoFar = full.Packets;
        harness.RunUntil(() => full.Packets >= soundSoFar + 25, "The sound did not go on.");

        Assert.Equal(EventPackets, full.Events.Count);
        Assert.True(full.Events[0].Marker);
        Assert.Single(full.Events.Select(one => one.Timestamp).Distinct());
        for (var index = 0; index < EventPackets; index++)
        {
            var payload = full.Events[index].Payload;
            Assert.Equal(5, payload[0]);
            Assert.Equal(index >= EventPackets - 3, (payload[1] & 0x80) != 0);
            Assert.Equal(
                (index + 1) * 960,
                BinaryPrimitives.ReadUInt16BigEndian(payload.AsSpan(2))
            );
        }

        Assert.Equal(0, full.Fillers);
        Assert.Empty(filled.Events);
        Assert.Equal(EventPackets, filled.Fillers);
        Assert.All(
            [with, without],
            viewer =>
            {
                Assert.Equal(0, viewer.Client.Played[Audio].Missing);
                Assert.Equal(0, viewer.Client.Played[Audio].BackwardTimestamps);
                Assert.Equal(0, viewer.Client.Peer.Transport.Dropped(DropReason.UnknownStream));
            }
        );
    }

    private static OfferedCodec Events(byte number) =>
        new(CodecKind.TelephoneEvent) { PayloadType = new PayloadType(number) };

    private static OfferOptions Offer(params ImmutableArray<OfferedCodec> audio) =>
        new() { Tracks = [new OfferedTrack(MediaKind.Audio, audio), ClientFactory.AudioVideo[1]] };
}
