using Edge.Forwarding.Tests.Support;
using Edge.Primitives;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

/// <summary>Telephone events share the sound's SSRC and repeat one timestamp (RFC 4733 §2.2.2).</summary>
public sealed class TrackTelephoneEventTests
{
    private const int PacketMs = 33;

    private readonly TrackBench _bench = new(CodecKind.Opus);
    private readonly SyntheticLayer _sound = new(CodecKind.Opus, 1, 0, 9, 9, 48_000)
    {
        PacketsPerFrame = 1,
    };

    public TrackTelephoneEventTests()
    {
        _bench.Track.StartSource(1, [], _bench.Now);
    }

    [Fact]
    public void Forward_Event_ReachesWhoTakesItWithOneTimestamp()
    {
        var (_, sent) = _bench.Join(takesTelephoneEvents: true);
        Sound(10);
        var startedAt = _bench.Now;
        Event(startedAt, packets: 5);
        Sound(10);

        Assert.Equal(25, sent.Count);
        Assert.All(sent, packet => Assert.Equal(packet.In - sent[0].In, packet.Out - sent[0].Out));
        Assert.Equal(
            [.. Enumerable.Range(10, 5)],
            Enumerable.Range(0, 25).Where(index => sent[index].IsTelephoneEvent)
        );
        Assert.Equal([true, false, false, false, false], sent[10..15].Select(one => one.Marker));
        Assert.Single(sent[10..15].Select(packet => packet.Timestamp).Distinct());
        // Whatever the events said, the sound behind them is where it would be without them.
        Assert.All(
            sent.Where(packet => !packet.IsTelephoneEvent),
            packet => Assert.Equal(packet.AtMs * 48, packet.Timestamp - sent[0].Timestamp)
        );
        Assert.Equal(sent[9].Timestamp + (PacketMs * 48), sent[10].Timestamp);
    }

    [Fact]
    public void Forward_EventToWhoDoesNotTakeIt_FillsItsNumbers()
    {
        var (_, sent) = _bench.Join();
        Sound(10);
        Event(_bench.Now, packets: 5);
        Sound(10);

        Assert.Equal(25, sent.Count);
        Assert.Equal(
            [.. Enumerable.Range(10, 5)],
            Enumerable.Range(0, 25).Where(index => sent[index].IsFiller)
        );
        Assert.DoesNotContain(sent, packet => packet.IsTelephoneEvent);
        Assert.Equal(24, sent[^1].Out - sent[0].Out);
    }

    /// <summary>RFC 4733 §2.5.1.3: an event may last long; its timestamp then is far behind.</summary>
    [Fact]
    public void Forward_EventOfTwentySeconds_IsNoJumpOfTheClock()
    {
        var (subscription, sent) = _bench.Join(takesTelephoneEvents: true);
        Sound(10);
        Event(_bench.Now, packets: 600);
        Sound(10);

        Assert.Equal(620, sent.Count);
        Assert.Equal(sent[0].In - sent[0].Out, sent[^1].In - sent[^1].Out);
        Assert.Equal(619u * PacketMs * 48, sent[^1].Timestamp - sent[0].Timestamp);
        Assert.Equal(620, subscription.PacketsSent);
        Assert.Equal(0, _bench.Track.Stats.Stale);
    }

    /// <summary>A viewer that comes in the middle of an event begins with the sound behind it: the
    /// event's timestamp would put everything after it too late.</summary>
    [Fact]
    public void Attach_InTheMiddleOfAnEvent_StartsWithTheNextSound()
    {
        Sound(10);
        var startedAt = _bench.Now;
        Event(startedAt, packets: 5);
        var (_, sent) = _bench.Join(takesTelephoneEvents: true);
        Event(startedAt, packets: 5, isBegun: true);
        Sound(10);

        Assert.Equal(10, sent.Count);
        Assert.DoesNotContain(sent, packet => packet.IsTelephoneEvent);
    }

    /// <summary>The next publisher goes on from the last sound, by the time between arrivals.</summary>
    [Fact]
    public void StartSource_AfterAnEvent_TimestampsGoOnFromTheSound()
    {
        var (_, sent) = _bench.Join(takesTelephoneEvents: true);
        Sound(10);
        Event(_bench.Now, packets: 30);
        _bench.Track.StartSource(2, [], _bench.Now);
        var second = new SyntheticLayer(CodecKind.Opus, 2, 0, 77, 123_456, 48_000)
        {
            PacketsPerFrame = 1,
        };
        _bench.Forward(second.Frame(_bench.Pool, isKeyFrame: false, _bench.Now));

        Assert.Equal(2, sent[^1].Epoch);
        Assert.Equal(40u * PacketMs * 48, sent[^1].Timestamp - sent[0].Timestamp);
    }

    [Fact]
    public void HandleNack_Event_SendsTheSameAgainOrTheFiller()
    {
        var (takes, full) = _bench.Join(takesTelephoneEvents: true);
        var (refuses, filled) = _bench.Join();
        Sound(10);
        Event(_bench.Now, packets: 5);

        Assert.True(_bench.Nack(takes, full[12].Out));
        Assert.Equal(full[12] with { IsRetransmission = true, AtMs = _bench.NowMs }, full[^1]);
        Assert.True(full[^1].IsTelephoneEvent);

        Assert.True(_bench.Nack(refuses, filled[12].Out));
        Assert.Equal(filled[12] with { IsRetransmission = true, AtMs = _bench.NowMs }, filled[^1]);
        Assert.True(filled[^1].IsFiller);
    }

    private void Sound(int packets)
    {
        for (var index = 0; index < packets; index++)
        {
            _bench.Forward(_sound.Frame(_bench.Pool, isKeyFrame: false, _bench.Now));
            _bench.AdvanceTo(_bench.NowMs + PacketMs);
        }
    }

    private void Event(Instant startedAt, int packets, bool isBegun = false)
    {
        for (var index = 0; index < packets; index++)
        {
            var packet = _sound.Frame(_bench.Pool, isKeyFrame: false, _bench.Now)[0];
            _bench.Forward(
                packet with
                {
                    IsTelephoneEvent = true,
                    Timestamp = _sound.TimestampAt(startedAt),
                    Marker = index == 0 && !isBegun,
                }
            );
            _bench.AdvanceTo(_bench.NowMs + PacketMs);
        }
    }
}
