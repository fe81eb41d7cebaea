using Edge.Primitives;
using Edge.Protocol.Negotiation;
using Edge.Testing;
using Edge.Testing.Offers;
using Edge.Wire.Payload;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Protocol.Tests.Negotiation;

/// <summary>Whatever offer reads is answered or refused with a sentence, without an exception; an answer
/// reads again, has the offer's sections and keeps its numbers.</summary>
public sealed class NegotiationFuzzTests
{
    private const int Rounds = 600;

    private static readonly PublishPolicy Generous = new()
    {
        TracksPerKindMax = 64,
        AcceptsVideoOrientation = true,
    };

    [Fact]
    public void Answer_MutatedOffers_NeverThrowsAndAnswersRead()
    {
        string[] offers = [.. CapturedOffers.All, .. ShapedOffers.All.Values];
        Seeds.Check(
            random =>
            {
                var text = TextMutation.Mutate(offers[random.NextInt32(offers.Length)], random);
                if (SessionDescription.TryParse(text, out var offer, out _))
                {
                    Publish(offer);
                    Play(offer, random);
                }
            },
            Rounds
        );
    }

    private static void Publish(SessionDescription offer)
    {
        var result = PublishNegotiator.Answer(offer, NegotiationSamples.Local, Generous);
        if (result is NegotiationResult<PublishAgreement>.Agreed agreed)
        {
            AssertSound(offer, agreed.AnswerSdp, agreed.Agreement.Media);
        }
        else
        {
            AssertSentence(NegotiationSamples.Refused(result).Sentence);
        }
    }

    private static void Play(SessionDescription offer, Prng random)
    {
        CodecKind[] kinds = [CodecKind.Vp8, CodecKind.Vp9, CodecKind.H264, CodecKind.Av1];
        var result = PlayNegotiator.Answer(
            offer,
            [
                NegotiationSamples.Audio(),
                NegotiationSamples.Video(kinds[random.NextInt32(kinds.Length)]),
            ],
            NegotiationSamples.Local,
            NegotiationSamples.PlayPolicy
        );
        if (result is NegotiationResult<PlayAgreement>.Agreed agreed)
        {
            AssertSound(offer, agreed.AnswerSdp, agreed.Agreement.Media);
        }
        else
        {
            AssertSentence(NegotiationSamples.Refused(result).Sentence);
        }
    }

    private static void AssertSound(
        SessionDescription offer,
        string answerSdp,
        IReadOnlyList<MediaAgreement> media
    )
    {
        var answer = NegotiationSamples.Parse(answerSdp);
        Assert.Equal(answerSdp, answer.Write());
        Assert.Equal(offer.Sections.Length, answer.Sections.Length);
        Assert.NotEmpty(media);
        for (var index = 0; index < answer.Sections.Length; index++)
        {
            var (offered, answered) = (offer.Sections[index], answer.Sections[index]);
            Assert.Equal((offered.KindName, offered.Mid), (answered.KindName, answered.Mid));
            Assert.All(
                answered.Formats,
                format =>
                    Assert.Contains(format, offered.Formats.AsEnumerable(), StringComparer.Ordinal)
            );
            var isBundled =
                answer.BundleMids is { } mids
                && mids.Contains(answered.Mid ?? "", StringComparer.Ordinal);
            Assert.True(answer.BundleMids is null || isBundled == (answered.Port != 0));
            Assert.Equal(answered.Port != 0, !answered.Candidates.IsEmpty);
        }
    }

    private static void AssertSentence(string sentence)
    {
        Assert.EndsWith(".", sentence, StringComparison.Ordinal);
        Assert.True(sentence.Length < 4000, sentence);
    }
}
