using Edge.Forwarding.Tracks;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.Thinning;

/// <content>The track and its viewer go on in another process, with another clock.</content>
internal sealed partial class ThinningBench
{
    /// <summary>Bytes of the largest state of a viewer so far.</summary>
    public int ViewerBytesMost { get; private set; }

    /// <summary>Bytes of the largest state of a track so far.</summary>
    public int TrackBytesMost { get; private set; }

    /// <summary>Moves the only viewer to a new object of the track, which is shown the cache.</summary>
    /// <param name="subscription">The viewer.</param>
    /// <param name="clock">By how much the other clock is ahead of this one.</param>
    public Subscription HandOver(Subscription subscription, TimeSpan clock)
    {
        var track = Track;
        using var forTrack = new StateWriter(Now, 1 << 16);
        using var forViewer = new StateWriter(Now, 1 << 16);
        track.Write(forTrack);
        subscription.Write(forViewer);
        track.Detach(subscription);
        TrackBytesMost = Math.Max(TrackBytesMost, forTrack.Written.Length);
        ViewerBytesMost = Math.Max(ViewerBytesMost, forViewer.Written.Length);

        Now += clock;
        _epoch += 3;
        Track = NewTrack();
        StartTrack();
        var trackReader = new StateReader(forTrack.Written, Now);
        var memory = TrackMemory.TryRead(ref trackReader);
        Assert.NotNull(memory);
        Assert.True(Track.TryTake(memory, Now));
        AssertSame(forTrack.Written, writer => Track.Write(writer));

        var reader = new StateReader(forViewer.Written, Now);
        var moved = Subscription.TryRead(ref reader);
        Assert.NotNull(moved);
        AssertSame(forViewer.Written, writer => moved.Write(writer));
        moved.Owner = subscription.Owner;
        moved.Follow(_epoch);
        Track.Attach(moved, Now);
        var sink = new ReplayInto(this, clock);
        Assert.True(track.ReplayCache(ref sink, TimeSpan.FromSeconds(1)));
        Pump();
        track.Close();
        return moved;
    }

    private void AssertSame(ReadOnlySpan<byte> before, Action<StateWriter> write)
    {
        using var again = new StateWriter(Now, 1 << 16);
        write(again);
        Assert.Equal(before, again.Written);
    }

    private readonly struct ReplayInto(ThinningBench bench, TimeSpan clock) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            var sink = new ThinningSink(bench.Pool, bench.Codec);
            bench.Track.Forward(
                packet with
                {
                    ArrivedAt = packet.ArrivedAt + clock,
                    SourceEpoch = bench._epoch,
                },
                ref sink,
                bench.Now
            );
            bench.TakeRequests();
            return true;
        }
    }
}
