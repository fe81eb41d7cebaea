using System.Runtime.CompilerServices;
using Edge.Forwarding.Tracks;
using Xunit;

namespace Edge.Forwarding.Tests.Tracks;

public sealed class TrackPacketTests
{
    /// <summary>It is copied through a ring for every shard: one cache line.</summary>
    [Fact]
    public void Size_AtMostACacheLine() => Assert.InRange(Unsafe.SizeOf<TrackPacket>(), 1, 64);

    /// <summary>It is made for every viewer of every packet, on the stack.</summary>
    [Fact]
    public void ForwardedPacketSize_AtMostTwoCacheLines() =>
        Assert.InRange(Unsafe.SizeOf<ForwardedPacket>(), 1, 128);
}
