using System.Net;
using System.Net.Sockets;
using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Interop.Tests.Scripted;
using Interop.Tests.Support;
using Xunit.Abstractions;

namespace Interop.Tests.BadInput;

/// <summary>Junk over UDP at every state of a call, from a stranger and from the call's own addresses:
/// silence, and the call goes on.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Interop")]
public sealed class JunkDatagramTests(Lab lab, ITestOutputHelper output)
{
    private const int Video = 1;
    private const int RoundsPerState = 20;
    private const int RoundsOfTheStorm = 3_000;

    [Fact]
    public async Task Junk_AtEveryState_CallAndProcessAreUnharmed()
    {
        using var show = new Show(lab, Seeds.Random());
        using var stranger = new Socket(
            AddressFamily.InterNetwork,
            SocketType.Dgram,
            ProtocolType.Udp
        );
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        var stream = lab.NewStream();
        AnsweredTransport target = null!;
        var publisher = await show.PublishAsync(
            stream,
            ShapedOffers.Obs,
            [show.Audio(), show.Video(new SyntheticVideoOptions { Codec = CodecKind.H264 })],
            transport =>
            {
                target = transport;
                return null;
            }
        );
        void Throw(int rounds, bool isSpoofed)
        {
            for (var round = 0; round < rounds; round++)
            {
                foreach (var datagram in Junk.AgainstSession(target, show.Random))
                {
                    stranger.SendTo(datagram, SocketFlags.None, target.Server);
                    if (isSpoofed)
                    {
                        publisher.SendRaw(datagram);
                    }
                }
            }
        }

        // Answered, and nothing has come from the client yet.
        Throw(RoundsPerState, isSpoofed: true);
        // At every step from the first check to the end of the handshake.
        show.RunUntil(
            () =>
            {
                Throw(rounds: 1, isSpoofed: true);
                return publisher.Client.ConnectedAt.IsSet;
            },
            "The publisher did not connect through junk."
        );
        var viewer = await show.PlayAsync(stream, CodecKind.H264);
        var video = viewer.Client.Played[Video];
        show.RunUntil(() => video.CompleteFrames >= 30, "The viewer did not start.");

        void Storm(int rounds)
        {
            for (var round = 0; round < rounds; round++)
            {
                Throw(rounds: 1, isSpoofed: true);
                show.RunFor(0.001);
            }
        }

        // What a first storm touches, a second one finds there.
        Storm(RoundsOfTheStorm / 3);
        var before = ProcessMemory.Resident(lab.Control.Id);
        Storm(RoundsOfTheStorm);
        var grown = ProcessMemory.Resident(lab.Control.Id) - before;
        var seen = video.CompleteFrames;
        show.RunUntil(() => video.CompleteFrames >= seen + 60, "The call did not go on.");
        Assert.Equal(PeerState.Connected, publisher.Client.Peer.Transport.State);
        Assert.Equal(PeerState.Connected, viewer.Client.Peer.Transport.State);
        Assert.Equal(0, video.BackwardTimestamps);
        Assert.True(grown < ProcessMemory.GrowthMax, $"Resident memory grew by {grown} bytes.");
        output.WriteLine(
            $"{RoundsOfTheStorm * 14} datagrams of junk in a call: resident memory {grown / 1024} KiB "
                + $"more, {video.CompleteFrames} frames seen, {video.Missing} packets missing"
        );

        await show.LeaveAsync(viewer);
        await show.LeaveAsync(publisher);
        Throw(RoundsPerState, isSpoofed: false);
        Assert.Equal(0, stranger.Available);
        Assert.False(lab.Control.HasEnded);
    }
}
