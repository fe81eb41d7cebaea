using Control.Contract;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Wire.Payload;
using Xunit;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>Media that comes before its publisher's last flight of the handshake is nothing to the node. With it goes the key frame
/// with which every encoder begins.</summary>
public sealed class EarlyMediaTests
{
    private const int Audio = 0;
    private const int Video = 1;
    private const int FramesPerSecond = 30;

    /// <summary>The first key frame, and pictures behind it.</summary>
    private const int EarlyPackets = 30;

    /// <summary>Chosen: longer than it took until a viewer who had no picture yet was given up.</summary>
    private const int IntervalSeconds = 8;

    private static readonly TimeSpan FlightLostFor = TimeSpan.FromSeconds(1);

    /// <summary>What becomes of the beginning.</summary>
    public enum Beginning
    {
        /// <summary>The first media is lost.</summary>
        MediaLost,

        /// <summary>The first media overtakes the last flight.</summary>
        FlightLate,

        /// <summary>The last flight is lost each time for a second.</summary>
        FlightLost,
    }

    /// <summary>An encoder that makes no key frame when it is asked: its next one begins the picture.</summary>
    [Fact]
    public async Task Publish_EncoderIgnoresRequests_IsSeenFromItsNextKeyFrameOn()
    {
        await using var harness = new NodeHarness();
        List<Act> acts =
        [
            await OpenAsync(harness, CodecKind.H264, Beginning.MediaLost, answers: false),
            await OpenAsync(harness, CodecKind.Vp8, Beginning.MediaLost, answers: false),
            await OpenAsync(harness, CodecKind.H264, Beginning.FlightLate, answers: false),
            await OpenAsync(harness, CodecKind.Vp8, Beginning.FlightLost, answers: false),
        ];
        await WatchAsync(harness, acts);

        harness.RunUntil(
            () => acts.TrueForAll(act => act.Publisher.Client.KeyFrameRequests > 0),
            "Somebody was not asked for a key frame.",
            seconds: 3
        );
        harness.RunUntil(
            () => acts.TrueForAll(act => act.Seen.CompleteKeyFrames > 0),
            "Somebody was not seen.",
            seconds: IntervalSeconds + 1
        );
        Assert.All(
            acts,
            act => Assert.Equal(2, act.Publisher.Client.Streams[Video].Video!.KeyFrames)
        );
        Assert.All(acts, act => Assert.True(act.Heard.Packets > 50 * (IntervalSeconds - 3)));
    }

    /// <summary>One that answers is asked as soon as the node can.</summary>
    [Fact]
    public async Task Publish_EncoderAnswersRequests_IsSeenAtOnce()
    {
        await using var harness = new NodeHarness();
        List<Act> acts =
        [
            await OpenAsync(harness, CodecKind.H264, Beginning.MediaLost, answers: true),
            await OpenAsync(harness, CodecKind.Vp8, Beginning.FlightLate, answers: true),
            await OpenAsync(harness, CodecKind.H264, Beginning.FlightLost, answers: true),
        ];
        await WatchAsync(harness, acts);

        harness.RunUntil(
            () => acts.TrueForAll(act => act.Seen.CompleteKeyFrames > 0),
            "Somebody was not seen.",
            seconds: IntervalSeconds / 2
        );
        Assert.All(acts, act => Assert.True(act.Publisher.Client.KeyFrameRequests > 0));
    }

    private static async Task<Act> OpenAsync(
        NodeHarness harness,
        CodecKind codec,
        Beginning beginning,
        bool answers
    )
    {
        var stream = new StreamKey("app", $"{codec} {beginning}");
        var publisher = await harness.PublishPassiveAsync(
            stream,
            new SyntheticVideoOptions
            {
                Codec = codec,
                FramesPerSecond = FramesPerSecond,
                KeyFrameInterval = IntervalSeconds * FramesPerSecond,
                AnswersKeyFrameRequests = answers,
            }
        );
        var act = new Act(harness, publisher, stream, codec, beginning);
        publisher.Client.OutgoingFilter = act.LetsOut;
        return act;
    }

    private static async Task WatchAsync(NodeHarness harness, List<Act> acts)
    {
        harness.RunUntil(
            () => acts.TrueForAll(act => act.MediaCount > EarlyPackets),
            "Somebody does not send."
        );
        acts.ForEach(act => act.SendLate());
        foreach (var act in acts)
        {
            act.Viewer = await harness.PlayAsync(act.Stream, NodeHarness.AudioAnd(act.Codec));
        }
    }

    /// <summary>One publisher, its path, and who watches.</summary>
    private sealed class Act(
        NodeHarness harness,
        SocketClient publisher,
        StreamKey stream,
        CodecKind codec,
        Beginning beginning
    )
    {
        private readonly List<byte[]> _late = [];
        private bool _isLate = beginning == Beginning.FlightLate;

        public SocketClient Publisher => publisher;

        public StreamKey Stream => stream;

        public CodecKind Codec => codec;

        public SocketClient? Viewer { get; set; }

        public PlayedTrack Seen => Viewer!.Client.Played[Video];

        public PlayedTrack Heard => Viewer!.Client.Played[Audio];

        /// <summary>Media datagrams that were made.</summary>
        public int MediaCount { get; private set; }

        public bool LetsOut(ReadOnlyMemory<byte> datagram)
        {
            var kind = DatagramKinds.Classify(datagram.Span);
            if (kind == DatagramKind.Rtp)
            {
                MediaCount++;
                return beginning != Beginning.MediaLost || MediaCount > EarlyPackets;
            }

            return kind != DatagramKind.Dtls || !IsConnected || LetsOutFlight(datagram);
        }

        /// <summary>Sends what was overtaken.</summary>
        public void SendLate()
        {
            _isLate = false;
            _late.ForEach(flight =>
                publisher.SendRaw(flight, publisher.Client.Peer.Transport.Selected)
            );
        }

        /// <summary>What is said of the handshake from then on is its last flight.</summary>
        private bool IsConnected => publisher.Client.ConnectedAt.IsSet;

        private bool LetsOutFlight(ReadOnlyMemory<byte> datagram)
        {
            if (_isLate)
            {
                _late.Add(datagram.ToArray());
                return false;
            }

            return beginning != Beginning.FlightLost
                || harness.Now - publisher.Client.ConnectedAt > FlightLostFor;
        }
    }
}
