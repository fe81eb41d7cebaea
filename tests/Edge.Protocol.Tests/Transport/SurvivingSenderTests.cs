using Edge.Primitives;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport.Sending;
using Xunit;

namespace Edge.Protocol.Tests.Transport;

/// <summary>What a sender goes on with where a former owner may have sent more than is known.</summary>
public sealed class SurvivingSenderTests
{
    private const int HalfATurn = 1 << 15;

    /// <summary>The peer takes a transport-wide number that is half a turn ahead for one that is behind, whatever many streams were
    /// granted each.</summary>
    [Fact]
    public void Advance_ManyStreamsGrantedMuch_TransportNumberDoesNotGoBack()
    {
        var sender = new MediaSender(
            [.. Enumerable.Repeat(Agreements.Video, 5)],
            "cname",
            new ClockAnchor(Instant.Zero, default),
            Prng.FromNumber(1),
            Instant.Zero
        );
        var former = sender.NextNumber;

        sender.SkipNumbers();
        for (var stream = 0; stream < sender.StreamCount; stream++)
        {
            sender.Advance(new IndexBound(IndexSpace.Rtp, sender.Ssrc(stream), 10_000));
        }

        var jump = unchecked((ushort)(sender.NextNumber - former));
        Assert.InRange(jump, 1, HalfATurn - 1);
    }
}
