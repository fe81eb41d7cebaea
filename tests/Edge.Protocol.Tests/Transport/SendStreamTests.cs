using Edge.Primitives;
using Edge.Protocol.Transport.Sending;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>The numbers of one stream that is sent.</summary>
public sealed class SendStreamTests
{
    /// <summary>What a former owner may have sent is not lost on the way: nobody here knows whether it was sent at all.</summary>
    [Theory]
    [InlineData(0, 100)]
    [InlineData(65_500, 100)]
    [InlineData(1000, 40_000)]
    public void Advance_BehindABound_WhatLiesBetweenWasNeverSent(ushort first, int passed)
    {
        var stream = Create();
        stream.Advance(last: 5);
        Note(stream, first);
        Note(stream, first + 1);
        stream.Advance(first + 1 + passed);
        Note(stream, first + 2 + passed);
        Note(stream, first + 4 + passed);
        Assert.Equal(passed + 1, stream.NeverSent);
    }

    [Theory]
    [InlineData(70_000, 4465)]
    [InlineData(65_535, 0)]
    public void AdvanceRepairs_NextIsBehindTheBound(long last, ushort next)
    {
        var stream = Create();
        stream.AdvanceRepairs(last);
        Assert.Equal(new SequenceNumber(next), stream.TakeRepairSequence());
    }

    private static SendStream Create() =>
        new(Agreements.Video, default, new Ssrc(1), new Ssrc(2), new SequenceNumber(7));

    private static void Note(SendStream stream, int number) =>
        stream.NoteSent(
            new OutgoingRtp
            {
                SequenceNumber = new(unchecked((ushort)number)),
                Payload = default,
                Timestamp = 1,
                Marker = true,
            },
            headerBytes: 12,
            payloadBytes: 100,
            Instant.Zero
        );
}
