using System.Collections.Concurrent;
using Edge.Bus;
using Edge.Mesh;
using Edge.Node.MeshLink;
using Edge.Node.MeshLink.Channels;
using Edge.Node.Tests.EndToEnd;
using Edge.Node.Tests.Serving;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Messages;
using Xunit;
using static Edge.Node.Tests.EndToEnd.ChannelCalls;

namespace Edge.Node.Tests.MeshLink;

/// <summary>The right to reply in a data channel of another node, at the owner.</summary>
public sealed class ReplyRightTests
{
    private const ulong Reader = 7;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    /// <summary>A reader gives its right back right after its last reply: without an acknowledgement it would be ended for
    /// what has arrived. Both come while the mesh's thread is held, so that one turn takes them.</summary>
    [Fact]
    public async Task Revoke_InTheTurnOfTheLastReply_ThatIsAcknowledged()
    {
        await using var mesh = new MeshHarness();
        var (publisher, written) = await PublishAsync(mesh.Home, "ask");
        _ = await ReadAsync(mesh.Away, Remote(publisher, "ask"));
        var owner = mesh.Home.Node.Engine!;
        var away = mesh.Away.Node.Engine!;
        var token = TrackToken.CreateChannel("app", publisher.SessionId, "ask");
        Assert.True(away.Channels.TryFind(token, out var channel));
        var grant = await owner.Channels.GrantAsync(
            token,
            channel.Generation,
            away.Watcher,
            Reader
        );
        var acks = new ConcurrentQueue<MeshMessageAck>();
        using var heard = mesh.AwayBus.Subscribe(
            MeshSubjects.AckPattern(away.Self),
            message =>
            {
                if (MeshMessageAck.TryParse(message.Payload, out var ack) == MeshParseError.None)
                {
                    acks.Enqueue(ack);
                }
            }
        );
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        using (var held = new HeldThread<ulong?>())
        {
            owner.Post(new ChannelCommand.Grant(default, 0, away.Watcher, Reader, held.Completion));
            Assert.True(held.TryAwait());
            Say(owner, token, grant!.Value);
            owner.Post(new ChannelCommand.Revoke(token, away.Watcher, Reader, done));
        }

        await done.Task.WaitAsync(Within);
        await Waiting.UntilAsync(() => !acks.IsEmpty);
        var said = Assert.Single(acks);
        Assert.Equal((grant.Value, 1UL, false), (said.Generation, said.Number, said.HasLoss));
        mesh.Away.RunUntil(() => Count(publisher, written) == 1, "The reply is missing.");
    }

    private static void Say(MeshEngine owner, in TrackToken token, ulong grant)
    {
        var bytes = new byte[MeshMessage.BytesMax];
        var length = new MeshMessage
        {
            Generation = grant,
            Number = 1,
            Offset = 0,
            TotalLength = Hello.Length,
            IsBinary = true,
            Bytes = Hello,
        }.Write(bytes);
        var subject = MeshSubjects.Reply(MeshSubjects.AppToken("app"), owner.Self, token);
        owner.Channels.HandleReply(new BusMessage(subject, bytes.AsSpan(0, length), replyTo: null));
    }
}
