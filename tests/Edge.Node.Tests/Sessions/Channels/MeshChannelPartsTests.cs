using Edge.Mesh;
using Edge.Mesh.Demand;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Wire.Mesh;
using Xunit;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>What a channel between nodes is made of, piece by piece.</summary>
public sealed class MeshChannelPartsTests
{
    private static readonly TrackToken Token = TrackToken.CreateChannel("app", "session", "chat");
    private static readonly NodeAddress Watcher = new(1, 1);

    /// <summary>What was published while nobody watched is known when somebody does again.</summary>
    [Fact]
    public void Begin_AfterMessagesThatWentNowhere_SaysSoOnce()
    {
        var exported = new ExportedChannel(
            Token,
            "app",
            new PublishedChannel(ChannelFixture.Channels(), 1),
            generation: 1
        );
        Assert.False(exported.Begin());
        Assert.True(exported.TakesMessages());
        exported.Pause();
        Assert.False(exported.Begin());
        exported.Pause();
        Assert.False(exported.TakesMessages());
        Assert.False(exported.TakesMessages());
        exported.Pause();

        Assert.True(exported.Begin());
        Assert.False(exported.Begin());
    }

    [Fact]
    public void Keep_UntilAcknowledged_CountsForThePublisher()
    {
        var account = new InFlightAccount();
        var outbox = new MessageOutbox(Token, "app", "subject", generation: 1);
        Assert.True(outbox.Acks.TryJoin(Watcher, Instant.Zero));
        var half = new byte[(ChannelLimits.InFlightBytesMax / 2) + 1];
        for (var number = 1UL; number <= 2; number++)
        {
            var message = RelayedMessage.Copy(account, half, isBinary: true);
            Assert.Equal(number, outbox.Keep(message, Instant.Zero));
        }

        Assert.True(account.IsCongested);
        outbox.Acks.HandleAck(Watcher, 1, Instant.Zero);
        outbox.ReleaseSettled();

        Assert.False(account.IsCongested);
    }

    [Fact]
    public void Keep_NobodyTakesIt_IsLetGoAtOnce()
    {
        var account = new InFlightAccount();
        var outbox = new MessageOutbox(Token, "app", "subject", generation: 1);
        outbox.Keep(
            RelayedMessage.Copy(account, new byte[ChannelLimits.InFlightBytesMax + 1], true),
            Instant.Zero
        );

        Assert.False(account.IsCongested);
    }

    [Fact]
    public void TryEndIdle_Held_LivesOn()
    {
        var channel = Channel();
        Assert.True(channel.TryHold());
        Assert.False(channel.TryEndIdle());
        Assert.True(channel.Release());
        Assert.True(channel.TryEndIdle());

        Assert.True(channel.IsOver);
        Assert.False(channel.TryHold());
        Assert.True(channel.WhenOver.IsCompleted);
    }

    [Fact]
    public void TryEnd_Held_IsOverForGood()
    {
        var channel = Channel();
        Assert.True(channel.TryHold());
        Assert.True(channel.TryEnd());
        Assert.False(channel.TryEnd());
        Assert.False(channel.Release());

        Assert.True(channel.IsOver);
        Assert.False(channel.TryHold());
    }

    [Fact]
    public void TryOpen_AnotherLife_IsRefused()
    {
        var channel = Channel();
        Assert.True(channel.TryOpen(5, out var isFirst));
        Assert.True(isFirst);
        Assert.True(channel.TryOpen(5, out isFirst));
        Assert.False(isFirst);

        Assert.False(channel.TryOpen(6, out _));
    }

    [Fact]
    public void TryAdd_MoreThanMayWait_IsRefusedUntilSomethingIsTaken()
    {
        var shared = new ByteBudget(1000);
        var inbox = new MessageInbox(shared);
        var other = new MessageInbox(shared);
        Assert.True(inbox.TryAdd(new byte[600], isNotice: false));
        Assert.False(other.TryAdd(new byte[600], isNotice: false));
        Assert.True(inbox.TryTake(out var taken));
        MessageInbox.Return(taken);

        Assert.True(other.TryAdd(new byte[600], isNotice: false));
    }

    private static RemoteChannel Channel() =>
        new(Token, new DemandKey(Watcher, "app"), shard: 0, new ByteBudget(1));
}
