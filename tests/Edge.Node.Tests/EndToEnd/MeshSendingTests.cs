using Edge.Node.MeshLink;
using Edge.Primitives;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Who sends what is watched at other nodes: a shard with nothing else to do, or the mesh's thread.</summary>
public sealed class MeshSendingTests
{
    private const int Video = 1;

    /// <summary>Whoever has the mesh's turn may be held up; no shard waits for it, and what they carried meanwhile is
    /// sent behind it.</summary>
    [Fact]
    public async Task Turn_HeldUp_ViewersHereGoOnAndThoseElsewhereFollow()
    {
        HangingBus? bus = null;
        await using var mesh = new MeshHarness(adapt: options =>
            string.Equals(options.Node, "n1", StringComparison.Ordinal)
                ? options with
                {
                    // The first word to who begins to watch; it is the mesh's thread that says it.
                    Mesh = new MeshOptions { Far = bus = new(options.Mesh!.Far!, "cache.") },
                }
                : options
        );
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        var here = await mesh.Home.PullAsync(
            "app",
            NodeHarness.Remote(publisher.SessionId, "mic"),
            NodeHarness.Remote(publisher.SessionId, "cam")
        );
        mesh.ExpectFrames(here.Client.Played[Video], 5);

        var away = await mesh.Away.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        mesh.Away.RunUntil(() => bus!.IsHeld, "Nothing was said to who began to watch.");
        mesh.ExpectFrames(here.Client.Played[Video], 30);
        Assert.Equal(0, away.Client.Played[0].CompleteFrames);

        bus!.Release();
        mesh.ExpectFrames(away.Client.Played[0], 30);
    }

    /// <summary>Pictures whose last packet never comes are sent all the same, and whoever sends is told when.</summary>
    [Fact]
    public async Task SendCarried_PictureThatIsNotWhole_SaysWhenItIsDue()
    {
        await using var mesh = new MeshHarness();
        var publisher = await mesh.Home.PushAsync();
        mesh.RunUntilConnected(publisher);
        var away = await mesh.Away.PullAsync("app", NodeHarness.Remote(publisher.SessionId, "cam"));
        mesh.ExpectFrames(away.Client.Played[0], 10);
        var engine = mesh.Home.Node.Engine!;

        publisher.Client.OutgoingFilter = datagram => !IsLastOfPicture(datagram.Span);
        var packets = away.Client.Played[0].Packets;
        mesh.Away.RunUntil(() => engine.SendCarried().IsSet, "Nothing waits.");
        mesh.Away.RunUntil(
            () => away.Client.Played[0].Packets > packets + 50,
            "What waits is not sent."
        );
    }

    /// <summary>A shard may still carry when the mesh has ended.</summary>
    [Fact]
    public async Task SendCarried_AfterTheEnd_DoesNothing()
    {
        MeshEngine engine;
        await using (var mesh = new MeshHarness())
        {
            engine = mesh.Home.Node.Engine!;
        }

        Assert.Equal(Instant.Never, engine.SendCarried());
    }

    /// <summary>RTP with the marker bit (RFC 3550 §5.1).</summary>
    private static bool IsLastOfPicture(ReadOnlySpan<byte> datagram) =>
        datagram.Length > 200
        && datagram[0] >> 6 == 2
        && (datagram[1] & 0x80) != 0
        && datagram[1] is < 192 or > 223;
}
