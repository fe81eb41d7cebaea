using Edge.Forwarding.Tests.Thinning;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Payload;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>States of other versions, and what is none.</summary>
public sealed class StateVersionTests
{
    private static readonly Instant Now = Instant.FromMilliseconds(5000);

    /// <summary>A newer version has appended values to every group that is not a list.</summary>
    [Fact]
    public void TryRead_ViewerOfANewerVersion_IsRead()
    {
        var (viewer, track) = States(Seeds.Random());
        int[] groups = [.. Enumerable.Range(0, StateEdits.Values(viewer))];

        Assert.NotNull(ReadViewer(StateEdits.WithMore(viewer, groups)));
        Assert.NotNull(ReadTrack(StateEdits.WithMore(track, 0, 1)));
    }

    /// <summary>Everything has been there from the first version on: less makes no sense.</summary>
    [Fact]
    public void TryRead_LessThanTheFirstVersionWrote_IsRefused()
    {
        var (viewer, track) = States(Seeds.Random());
        for (var group = 0; group < StateEdits.Values(viewer); group++)
        {
            Assert.True(StateEdits.Values(viewer, group) > 0);
            Assert.Null(ReadViewer(StateEdits.WithLess(viewer, group)));
        }

        for (var group = 0; group < StateEdits.Values(track); group++)
        {
            Assert.Null(ReadTrack(StateEdits.WithLess(track, group)));
        }
    }

    [Fact]
    public void TryRead_CutAnywhere_IsRefused()
    {
        var (viewer, track) = States(Seeds.Random());
        for (var length = 0; length < viewer.Length; length++)
        {
            Assert.Null(ReadViewer(viewer[..length]));
        }

        for (var length = 0; length < track.Length; length++)
        {
            Assert.Null(ReadTrack(track[..length]));
        }
    }

    /// <summary>What was changed on its way is refused, or is gone on with: without harm, and no number is given twice.</summary>
    [Fact]
    public void TryRead_Mutated_RefusedOrHarmless() =>
        Seeds.Check(
            random =>
            {
                var (viewer, track) = States(random);
                var accepted = 0;
                for (var round = 0; round < 400; round++)
                {
                    var memory = ReadTrack(Mutate(track, random));
                    if (ReadViewer(Mutate(viewer, random)) is { } subscription)
                    {
                        GoOn(subscription, memory, random);
                        accepted++;
                    }
                }

                Assert.True(accepted > 20, $"{accepted} were accepted.");
            },
            rounds: 4
        );

    private static void GoOn(Subscription subscription, TrackMemory? memory, Prng random)
    {
        var bench = new ThinningBench(CodecKind.Av1, new LayeredMode(3, 3));
        List<ThinnedPacket> sent = [];
        subscription.Owner = sent;
        if (memory is not null)
        {
            bench.Track.TryTake(memory, bench.Now);
        }

        subscription.Follow(1);
        if (random.NextInt32(2) == 0)
        {
            bench.Pictures(8, random);
        }

        bench.Track.Attach(subscription, bench.Now);
        bench.Track.SetLayerCap(subscription, random.NextInt32(3), random.NextInt32(3));
        bench.Pictures(12, random);
        for (var number = 0; number < 30; number++)
        {
            bench.Nack(subscription, random.NextInt32(65_536));
        }

        bench.Pictures(12, random);
        using var writer = new StateWriter(bench.Now, 1 << 16);
        subscription.Write(writer);
        var first = sent.Where(packet => !packet.IsRetransmission).Select(packet => packet.Out);
        Assert.Equal(first.Distinct().Count(), first.Count());
        bench.Track.Close();
    }

    /// <summary>A viewer that is sent some of the layers, and its track.</summary>
    private static (byte[] Viewer, byte[] Track) States(Prng random)
    {
        var bench = new ThinningBench(CodecKind.Av1, new LayeredMode(3, 3));
        var (subscription, _) = bench.Join();
        bench.Pictures(4, random);
        bench.Track.SetLayerCap(subscription, 1, 1);
        bench.Pictures(20, random);
        using var viewer = new StateWriter(bench.Now, 1 << 16);
        using var track = new StateWriter(bench.Now, 1 << 16);
        subscription.Write(viewer);
        bench.Track.Write(track);
        return (viewer.Written.ToArray(), track.Written.ToArray());
    }

    private static byte[] Mutate(byte[] state, Prng random)
    {
        byte[] mutated = [.. state];
        for (var count = 1 + random.NextInt32(3); count > 0; count--)
        {
            mutated[random.NextInt32(mutated.Length)] = (byte)random.NextInt32(256);
        }

        return mutated;
    }

    private static Subscription? ReadViewer(byte[] state)
    {
        var reader = new StateReader(state, Now);
        return Subscription.TryRead(ref reader);
    }

    private static TrackMemory? ReadTrack(byte[] state)
    {
        var reader = new StateReader(state, Now);
        return TrackMemory.TryRead(ref reader);
    }
}
