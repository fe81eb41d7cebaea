using Edge.Forwarding.Tests.Support;
using Edge.Forwarding.Tracks;
using Edge.Primitives;
using Edge.Wire.Payload;
using Edge.Wire.State;
using Xunit;

namespace Edge.Forwarding.Tests.HandOver;

/// <summary>A track as one process has it: with a clock, and a name for the publisher, of its own.</summary>
internal sealed class HandOverNode
{
    private const int StateBytesMax = 1 << 16;
    private readonly double _clockMs;

    public HandOverNode(
        CodecKind codec,
        PacketPool pool,
        ushort epoch,
        double clockMs,
        double worldMs
    )
    {
        Bench = new TrackBench(codec, pool: pool);
        Epoch = epoch;
        _clockMs = clockMs;
        AdvanceTo(worldMs);
    }

    public TrackBench Bench { get; }

    public Track Track => Bench.Track;

    public ushort Epoch { get; }

    public Instant Now => Bench.Now;

    /// <summary>Bytes of the last state that was written.</summary>
    public int StateBytes { get; private set; }

    public void AdvanceTo(double worldMs) => Bench.AdvanceTo(worldMs + _clockMs);

    /// <summary>Passes a packet on as this process names it; the claim stays the caller's.</summary>
    public void Forward(in TrackPacket packet) =>
        Bench.Forward(
            packet with
            {
                ArrivedAt = packet.ArrivedAt + TimeSpan.FromMilliseconds(_clockMs),
                SourceEpoch = Epoch,
            },
            keepClaim: true
        );

    /// <summary>Shows another node what is cached here, as over the mesh.</summary>
    public void Replay(HandOverNode to)
    {
        var sink = new ReplayInto(this, to);
        Assert.True(Track.ReplayCache(ref sink, TimeSpan.FromSeconds(1)));
    }

    /// <summary>Writes what is known of the publisher here.</summary>
    public byte[] WriteTrack()
    {
        using var writer = new StateWriter(Now, StateBytesMax);
        Track.Write(writer);
        return Written(writer);
    }

    /// <summary>Takes what was known of the publisher elsewhere.</summary>
    public void TakeTrack(byte[] state)
    {
        var reader = new StateReader(state, Now);
        var memory = TrackMemory.TryRead(ref reader);
        Assert.NotNull(memory);
        Assert.True(Track.TryTake(memory, Now));
    }

    /// <summary>Writes a viewer and lets it go.</summary>
    public byte[] Release(Subscription subscription)
    {
        var state = Write(subscription);
        Track.Detach(subscription);
        return state;
    }

    public byte[] Write(Subscription subscription)
    {
        using var writer = new StateWriter(Now, StateBytesMax);
        subscription.Write(writer);
        return Written(writer);
    }

    /// <summary>Reads a viewer, which when written again is the same to the byte.</summary>
    public Subscription Read(byte[] state, object? owner)
    {
        var reader = new StateReader(state, Now);
        var subscription = Subscription.TryRead(ref reader);
        Assert.NotNull(subscription);
        Assert.Equal(state, Write(subscription));
        subscription.Owner = owner;
        return subscription;
    }

    /// <summary>Reads a viewer and lets it go on.</summary>
    public Subscription Adopt(byte[] state, object? owner)
    {
        var subscription = Read(state, owner);
        subscription.Follow(Epoch);
        Track.Attach(subscription, Now);
        return subscription;
    }

    private byte[] Written(StateWriter writer)
    {
        Assert.False(writer.IsTooLong);
        StateBytes = writer.Written.Length;
        return writer.Written.ToArray();
    }

    private readonly struct ReplayInto(HandOverNode from, HandOverNode to) : IReplaySink
    {
        public bool Offer(in TrackPacket packet)
        {
            to.Forward(
                packet with
                {
                    ArrivedAt = packet.ArrivedAt - TimeSpan.FromMilliseconds(from._clockMs),
                }
            );
            return true;
        }
    }
}
