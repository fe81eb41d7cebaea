using Edge.Testing.Offers;
using Edge.Wire.Sdp;
using Edge.Wire.Sdp.Attributes;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Compares our answers with the ones that browsers were seen to take: ours say nothing about a
/// section's formats, extensions and layers that those do not.</summary>
public sealed class AcceptedAnswerTests
{
    [Theory]
    [InlineData("chrome156")]
    [InlineData("firefox153")]
    public void Publish_Answer_IsWithinTheAcceptedOne(string browser)
    {
        var agreed = NegotiationSamples.Agreed(
            NegotiationSamples.Publish(CapturedOffers.Read(browser, "A"))
        );
        var ours = NegotiationSamples.Parse(agreed.AnswerSdp);
        var accepted = NegotiationSamples.Parse(CapturedOffers.ReadAcceptedAnswer(browser));

        Assert.Equal(accepted.IsIceLite, ours.IsIceLite);
        for (var index = 0; index < ours.Sections.Length; index++)
        {
            AssertWithin(accepted.Sections[index], ours.Sections[index]);
        }
    }

    private static void AssertWithin(MediaSection accepted, MediaSection ours)
    {
        Assert.Equal(
            (accepted.Kind, accepted.Mid, accepted.Port, accepted.Protocol),
            (ours.Kind, ours.Mid, ours.Port, ours.Protocol)
        );
        Assert.Equal(
            (accepted.Direction, accepted.Setup, accepted.HasReducedSizeRtcp),
            (ours.Direction, ours.Setup, ours.HasReducedSizeRtcp)
        );
        Assert.Equal(accepted.AllowsMixedExtensions, ours.AllowsMixedExtensions);
        Assert.Equal(Join(accepted.Simulcast), Join(ours.Simulcast));
        Assert.Equal(
            accepted.Candidates[0] with
            {
                Host = "",
                Port = 0,
            },
            ours.Candidates[0] with
            {
                Host = "",
                Port = 0,
            }
        );
        Assert.All(ours.Extensions, extension => Assert.Contains(extension, accepted.Extensions));
        foreach (var codec in ours.Codecs)
        {
            var taken = accepted.Codecs.Single(line => line.PayloadType == codec.PayloadType);
            Assert.Equal(
                (taken.Name, taken.ClockRate, taken.Channels, taken.Format),
                (codec.Name, codec.ClockRate, codec.Channels, codec.Format)
            );
            Assert.All(codec.Feedback, value => Assert.True(taken.HasFeedback(value), value));
        }
    }

    private static string Join(SdpSimulcast? simulcast) =>
        simulcast is null ? "" : string.Join(';', simulcast.Receive);
}
