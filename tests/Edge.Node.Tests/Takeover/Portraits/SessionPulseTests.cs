using System.Collections.Immutable;
using Edge.Node.Takeover.Portraits;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Xunit;

namespace Edge.Node.Tests.Takeover.Portraits;

public sealed class SessionPulseTests
{
    private static readonly ImmutableArray<IndexBound> Received =
    [
        new(IndexSpace.Rtp, new Ssrc(uint.MaxValue), (1L << 48) - 1),
        new(IndexSpace.Rtcp, new Ssrc(5), 0),
        new(IndexSpace.Record, default, -1),
    ];

    [Fact]
    public void Read_WhatWasWritten_TheSame() =>
        Assert.Equal(
            Received.ToArray(),
            SessionPulse.Read(SessionPulse.Write(Received)).ToArray()
        );

    [Fact]
    public void Read_Cut_Nothing()
    {
        var pulse = SessionPulse.Write(Received);
        for (var length = 0; length < pulse.Length; length++)
        {
            Assert.Empty(SessionPulse.Read(pulse.AsSpan(0, length)));
        }
    }

    [Fact]
    public void Read_AnyBytes_NeverThrows() =>
        Seeds.Check(
            (_, random) =>
            {
                var bytes = SessionPulse.Write(Received);
                bytes[random.NextInt32(bytes.Length)] = (byte)random.NextInt32(256);
                Assert.True(SessionPulse.Read(bytes).Length <= 1024);
                random.Fill(bytes);
                Assert.True(SessionPulse.Read(bytes).Length <= 1024);
            },
            rounds: 2000
        );
}
