using System.Text;
using Control.Contract;
using Edge.Node.HandOver.Giving;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Tests.EndToEnd;
using Edge.Node.Tests.HandOver.State;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Xunit;

namespace Edge.Node.Tests.HandOver.Early;

/// <summary>Letters of sessions that no client has connected to: what the version before wrote is taken whole, and what this one
/// writes is what the next one has to read.</summary>
/// <remarks><c>early-1</c> was written by the version that knew no data channels before DTLS, <c>early-2</c> by the first that does; to
/// that before it is broken (<c>HandoverNewChannelTests</c>), so that it refuses.</remarks>
public sealed class EarlyLetterTests
{
    /// <summary>Where its clients were, and nobody is.</summary>
    private static readonly NetworkAddress Host = NetworkAddress.FromIPv4(0x7F4C0902, 0);

    /// <summary>A publisher of a stream, and a session that publishes tracks with names.</summary>
    [Fact]
    public async Task Take_WrittenByTheVersionBefore_GoesOn()
    {
        var letter = await RecordedAsync("handover/early-1.txt", PublishAsync);
        await using var pop = new PopHarness(1, Host, hasMesh: true);

        var sessions = await TakeAsync(pop, letter, "handover/early-1-sessions.txt");

        Assert.Equal(2, sessions.Count);
        Assert.All(sessions, session => Assert.Null(session.Channels));
    }

    /// <summary>A session with data channels and the channel of events.</summary>
    [Fact]
    public async Task Take_WithChannels_GoesOnWithThem()
    {
        var letter = await RecordedAsync("handover/early-2.txt", JoinAsync);
        await using var pop = new PopHarness(1, Host, hasMesh: true);

        var session = Assert.Single(await TakeAsync(pop, letter, "handover/early-2-sessions.txt"));

        var channels = session.Channels!;
        Assert.Equal(CallsChannels.EventsId, channels.EventsId);
        Assert.Same(channels.Transport, session.Peer.Transport.Channels);
        Assert.Equal(
            new DataChannelOptions
            {
                Label = "server-events",
                NegotiatedId = CallsChannels.EventsId,
            },
            channels.Transport.OptionsOf(CallsChannels.EventsId)
        );
        Assert.Equal(
            DataChannelState.Connecting,
            channels.Transport.StateOf(CallsChannels.EventsId)
        );
        Assert.Equal(0, channels.Transport.Stats.PacketsSent);
    }

    private static async Task<byte[]> RecordedAsync(
        string name,
        Func<NodeHarness, Task<List<SocketClient>>> begin
    ) => Convert.FromBase64String(await Golden.RecordedAsync(name, () => WriteAsync(begin)));

    /// <summary>All go on as they were, and nobody has connected to any.</summary>
    private static async Task<List<Session>> TakeAsync(PopHarness pop, byte[] letter, string name)
    {
        var heir = pop.First.Node;
        Assert.Null(await heir.Taker.TakeAsync(letter, CancellationToken.None));
        var text = new StringBuilder();
        foreach (var parcel in GroupLetter.TryRead(letter)!)
        {
            using var read = SessionLetter.TryRead(
                parcel.Span,
                heir.Factory,
                Prng.FromNumber(1),
                LetterText.Now
            );
            text.Append(LetterText.Of(read!)).Append('\n');
        }

        Golden.Match(name, text.ToString());
        var sessions = heir.State.Sessions.All.ToList();
        Assert.All(sessions, session => Assert.Equal(PeerState.New, session.Peer.Transport.State));
        Assert.Equal(0, pop.Sum(stats => stats.Faults));
        return sessions;
    }

    private static async Task<string> WriteAsync(Func<NodeHarness, Task<List<SocketClient>>> begin)
    {
        await using var pop = new PopHarness(1, Host, hasMesh: true, change: PopHarness.Staying);
        var clients = await begin(pop.First);
        var state = pop.First.Node.State;
        var leaving = clients.ConvertAll(client =>
            LeavingSession.Of(
                state,
                state.Sessions.All.Single(session =>
                    string.Equals(session.Id, client.SessionId, StringComparison.Ordinal)
                )
            )
        );
        var group = await pop.First.Node.Giver.WriteAsync(leaving);
        Assert.Equal(clients.Count, group.Sessions.Count);
        return Convert.ToBase64String(GroupLetter.Write(group.Parcels)!);
    }

    private static async Task<List<SocketClient>> PublishAsync(NodeHarness node) =>
        [await node.PublishAsync(), await node.PushAsync()];

    private static async Task<List<SocketClient>> JoinAsync(NodeHarness node)
    {
        var client = await node.JoinAsync();
        var established = await node.Node.Calls.EstablishDataChannelsAsync(
            new SessionKey("app", client.SessionId),
            null,
            CancellationToken.None
        );
        Assert.True(established.IsDone, established.Error?.Description);
        return [client];
    }
}
