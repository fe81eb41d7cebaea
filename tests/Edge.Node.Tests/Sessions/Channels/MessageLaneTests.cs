using Edge.Node.Sessions.Channels;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>The order of messages that took different ways.</summary>
public sealed class MessageLaneTests
{
    [Fact]
    public void TryTakeDue_AnyOrderOfArrival_GivesTheOrderOfSending()
    {
        var random = Seeds.Random();
        for (var round = 0; round < 50; round++)
        {
            var publisher = ChannelFixture.Channels();
            var lane = new MessageLane(new PublishedChannel(publisher, 1));
            var arriving = Enumerable
                .Range(0, 20)
                .Select(_ => lane.Number())
                .OrderBy(_ => random.NextUInt32())
                .ToArray();
            var taken = new List<int>();
            foreach (var number in arriving)
            {
                lane.Wait(
                    number,
                    RelayedMessage.Copy(publisher.InFlight, [(byte)number], isBinary: true)
                );
                while (lane.TryTakeDue(out var due))
                {
                    lane.Advance();
                    taken.Add(due.Bytes[0]);
                    due.Release();
                }
            }

            Assert.Equal(Enumerable.Range(0, 20), taken);
        }
    }

    /// <summary>What waits counts as in flight until it is let go.</summary>
    [Fact]
    public void Close_WaitingMessages_ReturnsTheirBytes()
    {
        var publisher = ChannelFixture.Channels();
        var lane = new MessageLane(new PublishedChannel(publisher, 1));
        _ = lane.Number();
        var length = (ChannelLimits.InFlightBytesMax / 2) + 1;
        lane.Wait(1, RelayedMessage.Copy(publisher.InFlight, new byte[length], isBinary: true));
        lane.Wait(2, RelayedMessage.Copy(publisher.InFlight, new byte[length], isBinary: true));
        Assert.True(publisher.InFlight.IsCongested);
        lane.Close();

        Assert.False(publisher.InFlight.IsCongested);
    }

    [Fact]
    public void Release_LastClaimOnly_ReturnsTheBytes()
    {
        var publisher = ChannelFixture.Channels();
        var message = RelayedMessage.Copy(
            publisher.InFlight,
            new byte[ChannelLimits.InFlightBytesMax + 1],
            isBinary: false
        );
        message.Claim();
        message.Release();
        Assert.True(publisher.InFlight.IsCongested);
        message.Release();

        Assert.False(publisher.InFlight.IsCongested);
    }
}
