using Edge.Protocol.Transport;
using Edge.Testing;
using Edge.Testing.Clients;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Interop.Tests.Scripted;
using Interop.Tests.Support;
using Xunit.Abstractions;

namespace Interop.Tests;

/// <summary>Publishers that cannot be had as packages here, played by our own cores with the habits that
/// their sources show.</summary>
[Collection(LabCollection.Name)]
[Trait("Category", "Interop")]
public sealed class ScriptedPublisherTests(Lab lab, ITestOutputHelper output)
{
    private const int Video = 1;
    private const int FramesPerSecond = 30;
    private const int KeyFrameInterval = 10 * FramesPerSecond;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan JoinAfter = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Publish_SixtySeconds_ViewersMissNothingAndLateOnesStartAtOnce()
    {
        using var show = new Show(lab, Seeds.Random());
        var acts = new List<Act>
        {
            await OpenAsync(show, "FFmpeg 8.0", ShapedOffers.Ffmpeg8, [1], Ffmpeg),
            await OpenAsync(show, "FFmpeg, newer", ShapedOffers.FfmpegNewer, [1], quirks: null),
            await OpenAsync(show, "OBS", ShapedOffers.Obs, [1], _ => new ObsQuirks()),
            await OpenAsync(
                show,
                "OBS, simulcast",
                ShapedOffers.ObsSimulcast,
                [4, 2, 1],
                _ => new ObsQuirks()
            ),
        };
        var startedAt = show.Now;
        show.RunTo(startedAt + JoinAfter);
        foreach (var act in acts)
        {
            await JoinLateAsync(show, act);
        }

        show.RunTo(startedAt + Length);
        // What was lost last is repaired before it is counted.
        acts.ForEach(act => Array.ForEach(act.Streams, stream => stream.IsEnabled = false));
        show.RunFor(1);
        foreach (var act in acts)
        {
            Check(act);
            await show.LeaveAsync(act.Viewer);
            await show.LeaveAsync(act.Publisher);
        }
    }

    private async Task<Act> OpenAsync(
        Show show,
        string name,
        string offer,
        int[] scales,
        Func<AnsweredTransport, IWireQuirks?>? quirks
    )
    {
        var stream = lab.NewStream();
        IWireQuirks? used = null;
        ClientStream[] streams = [show.Audio(), .. show.Layers([.. scales.Select(Layer)])];
        var publisher = await show.PublishAsync(
            stream,
            offer,
            streams,
            transport => used = quirks?.Invoke(transport)
        );
        show.RunUntil(() => publisher.Client.ConnectedAt.IsSet, $"{name} did not connect.");
        var viewer = await show.PlayAsync(stream, CodecKind.H264);
        show.RunUntil(
            () => viewer.Client.Played[Video].CompleteKeyFrames > 0,
            $"{name} was not seen."
        );
        return new Act(name, stream, streams, scales, publisher, viewer, used);
    }

    private async Task JoinLateAsync(Show show, Act act)
    {
        var askedAt = show.Now;
        var late = await show.PlayAsync(act.Stream, CodecKind.H264);
        var video = late.Client.Played[Video];
        show.RunUntil(
            () => video.FirstKeyFrameAt.IsSet,
            $"Of {act.Name} a late viewer saw nothing before the next key frame.",
            seconds: 4
        );
        var media = video.FirstKeyFrameAt - late.Client.ConnectedAt;
        output.WriteLine(
            $"{act.Name}: a late viewer connected after {Ms(late.Client.ConnectedAt - askedAt)} "
                + $"and had its key frame {Ms(media)} later"
        );
        Assert.True(media < StartMax, $"{act.Name}: {Ms(media)} from connected to key frame.");
        await show.LeaveAsync(late);
    }

    private void Check(Act act)
    {
        var seen = act.Viewer.Client.Played[Video];
        output.WriteLine(
            $"{act.Name}: {seen.CompleteFrames} frames, {seen.CompleteKeyFrames} key frames, "
                + $"{seen.Missing} packets missing, {seen.Recovered} repaired, "
                + $"latency at most {Ms(seen.LatencyMax)}, {Describe(act.Quirks)}"
        );
        Assert.Equal(PeerState.Connected, act.Publisher.Client.Peer.Transport.State);
        Assert.InRange(seen.CompleteKeyFrames, 5, 8 + act.Scales.Length);
        Assert.True(seen.CompleteFrames >= 58 * FramesPerSecond, $"{act.Name} lost frames.");
        Assert.Equal(0, seen.BackwardTimestamps);
        // A viewer that starts with the layer that came first goes over to each better one as soon as it
        // is there, which may be in the middle of a frame; one number is left unused for each frame cut so,
        // and nothing else is missing.
        var cutFrames = seen.Frames - seen.CompleteFrames;
        Assert.InRange(cutFrames, 0, act.Scales.Length - 1);
        Assert.InRange(seen.Missing, 0, cutFrames);
        Assert.Equal(0, seen.SwitchesWithoutKeyFrame);
        if (act.Quirks is FfmpegQuirks ffmpeg)
        {
            Assert.Equal(1, ffmpeg.LostHandshakes);
            Assert.True(ffmpeg.UnreadReports > 0);
            Assert.Equal(0, act.Publisher.Client.KeyFrameRequests);
        }
    }

    private static FfmpegQuirks Ffmpeg(AnsweredTransport transport) =>
        new(transport.LocalFragment, transport.RemoteFragment, transport.RemotePassword);

    private static SyntheticVideoOptions Layer(int scale) =>
        new()
        {
            Codec = CodecKind.H264,
            FramesPerSecond = FramesPerSecond,
            KeyFrameInterval = KeyFrameInterval,
            AnswersKeyFrameRequests = false,
            Width = 1280 / scale,
            Height = 720 / scale,
            PacketsPerFrame = scale == 1 ? 4 : 3,
            PayloadBytes = 1000 / scale,
        };

    private static string Ms(TimeSpan time) => $"{time.TotalMilliseconds:F0} ms";

    private static string Describe(IWireQuirks? quirks) =>
        quirks switch
        {
            FfmpegQuirks ffmpeg =>
                $"{ffmpeg.Checks} checks sent, {ffmpeg.UnreadReports} RTCP packets not read",
            ObsQuirks obs => $"{obs.Lost} packets lost on the way in, {obs.Resent} sent again",
            _ => "nothing lost",
        };

    private sealed record Act(
        string Name,
        string Stream,
        ClientStream[] Streams,
        int[] Scales,
        LoopbackClient Publisher,
        LoopbackClient Viewer,
        IWireQuirks? Quirks
    );
}
