using Edge.Primitives;
using Edge.Protocol.Congestion;
using Edge.Testing;
using Edge.Wire.Rtcp;
using Edge.Wire.Rtcp.Feedback;
using Xunit;

namespace Edge.Protocol.Tests.Congestion;

public sealed class TwccReceiverTests
{
    private static readonly Ssrc Sender = new(0x11111111);
    private static readonly Ssrc Media = new(0x22222222);

    private readonly TwccReceiver _receiver = new();
    private readonly byte[] _buffer = new byte[1200];

    [Fact]
    public void PollFeedback_FirstPacket_IsDueAfterTheStartInterval()
    {
        _receiver.HandlePacket(new(7), Media, Instant.FromMilliseconds(100));

        Assert.Equal(Instant.FromMilliseconds(150), _receiver.PollTimeout());
        Assert.Equal(0, _receiver.PollFeedback(_buffer, Sender, Instant.FromMilliseconds(149)));
        Assert.True(_receiver.PollFeedback(_buffer, Sender, Instant.FromMilliseconds(150)) > 0);
        Assert.Equal(0, _receiver.PollFeedback(_buffer, Sender, Instant.FromMilliseconds(150)));
        Assert.Equal(Instant.Never, _receiver.PollTimeout());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(129)]
    [InlineData(32767)]
    [InlineData(32769)]
    [InlineData(65534)]
    [InlineData(65535)]
    public void PollFeedback_LossAcrossAWrap_TellsBothAndTheTimes(int start)
    {
        for (var index = 0; index < 40; index++)
        {
            if (index % 5 != 3)
            {
                Receive(start + index, 1000 + index * 2);
            }
        }

        var told = Poll(1090);

        Assert.Equal(40, told.Count);
        for (var index = 0; index < 40; index++)
        {
            Assert.Equal(unchecked((ushort)(start + index)), told[index].Sequence.Value);
            Assert.Equal(index % 5 != 3, told[index].IsReceived);
            if (told[index].IsReceived)
            {
                Assert.Equal(TimeSpan.FromMilliseconds(1000 + index * 2), told[index].Arrival);
            }
        }
    }

    [Fact]
    public void PollFeedback_PacketAfterItWasToldLost_IsToldAgain()
    {
        Receive(10, 0);
        Receive(12, 1);
        Poll(60);
        Receive(13, 70);
        Receive(11, 71);

        var told = Poll(200);

        Assert.Equal(11, told[0].Sequence.Value);
        Assert.True(told[0].IsReceived);
        Assert.Equal(13, told[^1].Sequence.Value);
    }

    [Fact]
    public void PollFeedback_ManyPackets_DoesNotWaitForItsTime()
    {
        for (var index = 0; index < TwccReceiver.PendingMax; index++)
        {
            Receive(index, 0);
        }

        Assert.Equal(Instant.Zero, _receiver.PollTimeout());
        Assert.Equal(TwccReceiver.PendingMax, Poll(0).Count);
    }

    [Fact]
    public void PollFeedback_JumpBeyondTheWindow_GoesOn()
    {
        Receive(0, 0);
        Receive(20_000, 1);
        Receive(40_000, 2);

        var told = Poll(60);

        Assert.Contains(told, status => status.Sequence.Value == 40_000 && status.IsReceived);
        Assert.Single(told, status => status.IsReceived);
    }

    /// <summary>Whatever order and loss: everything received is told received at the right time in the
    /// end, and nothing else is.</summary>
    [Fact]
    public void PollFeedback_RandomSchedule_RoundTrips() =>
        Seeds.Check(
            random =>
            {
                var receiver = new TwccReceiver();
                var arrivals = new Dictionary<ushort, long>();
                var told = new Dictionary<ushort, long>();
                var start = random.NextInt32(65536);
                var ms = 0;
                var window = new List<int>();
                for (var index = 0; index < 3000; index++)
                {
                    window.Add(index);
                    if (window.Count > 8 || random.NextInt32(4) == 0)
                    {
                        var chosen = random.NextInt32(window.Count);
                        var sequence = unchecked((ushort)(start + window[chosen]));
                        window.RemoveAt(chosen);
                        if (random.NextInt32(20) == 0)
                        {
                            continue;
                        }

                        ms += random.NextInt32(3);
                        receiver.HandlePacket(new(sequence), Media, Instant.FromMilliseconds(ms));
                        arrivals[sequence] = ms;
                    }

                    Collect(receiver, Instant.FromMilliseconds(ms), random, told);
                }

                Collect(receiver, Instant.FromMilliseconds(ms + 200), random, told);
                Assert.Equal(arrivals, told);
            },
            rounds: 10
        );

    [Fact]
    public void HandlePacketAndPollFeedback_Steady_AllocateNothing()
    {
        var sequence = 0;
        AllocationAssert.None(() =>
        {
            sequence += sequence % 10 == 0 ? 2 : 1;
            Receive(sequence, sequence);
            _receiver.PollFeedback(_buffer, Sender, Instant.FromMilliseconds(sequence));
        });
    }

    private static void Collect(
        TwccReceiver receiver,
        Instant now,
        Prng random,
        Dictionary<ushort, long> told
    )
    {
        var buffer = new byte[random.NextInt32(2) == 0 ? 80 : 1200];
        int length;
        while ((length = receiver.PollFeedback(buffer, Sender, now)) > 0)
        {
            foreach (var status in Read(buffer.AsSpan(0, length)))
            {
                if (status.IsReceived)
                {
                    told[status.Sequence.Value] = (long)status.Arrival.TotalMilliseconds;
                }
            }
        }
    }

    private static List<TransportFeedbackStatus> Read(ReadOnlySpan<byte> packet)
    {
        var statuses = new List<TransportFeedbackStatus>();
        var reader = new RtcpCompoundReader(packet);
        while (reader.MoveNext())
        {
            Assert.Equal(
                RtcpParseError.None,
                TransportFeedback.TryParse(reader.Current, out var feedback)
            );
            Assert.Equal(Media, feedback.Media);
            foreach (var status in feedback)
            {
                statuses.Add(status);
            }
        }

        return statuses;
    }

    private void Receive(int sequence, int atMs) =>
        _receiver.HandlePacket(
            new(unchecked((ushort)sequence)),
            Media,
            Instant.FromMilliseconds(atMs)
        );

    private List<TransportFeedbackStatus> Poll(int atMs)
    {
        var all = new List<TransportFeedbackStatus>();
        int length;
        while (
            (length = _receiver.PollFeedback(_buffer, Sender, Instant.FromMilliseconds(atMs))) > 0
        )
        {
            all.AddRange(Read(_buffer.AsSpan(0, length)));
        }

        return all;
    }
}
