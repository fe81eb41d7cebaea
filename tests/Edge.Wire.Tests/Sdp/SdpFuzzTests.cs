using Edge.Testing;
using Edge.Testing.Offers;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

/// <summary>Whatever comes: nothing is thrown, what is refused has a sentence, and what is read writes
/// itself so that it reads the same again.</summary>
public sealed class SdpFuzzTests
{
    private const int Rounds = 400;

    [Fact]
    public void TryParse_MutatedSamples_NeverThrowsAndReadsBackTheSame()
    {
        var samples = SdpSamples.All;
        var read = 0;
        Seeds.Check(
            random =>
            {
                var text = TextMutation.Mutate(samples[random.NextInt32(samples.Count)], random);
                if (!SessionDescription.TryParse(text, out var description, out var error))
                {
                    Assert.True(error.Sentence.Length > 10);
                    return;
                }

                read++;
                var written = description.Write();
                Assert.Equal(written, SdpSamples.Parse(written).Write());
            },
            Rounds
        );
        Assert.True(read > 0 || Environment.GetEnvironmentVariable(Seeds.Variable) is not null);
    }

    [Fact]
    public void TryParse_MutatedFragments_NeverThrowsAndReadsBackTheSame()
    {
        const string Sample =
            "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\na=group:BUNDLE 0 1\r\n"
            + "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 0 UDP 1 192.0.2.1 4242 typ host tcptype so\r\n"
            + "a=end-of-candidates\r\n";
        Seeds.Check(
            random =>
            {
                var text = TextMutation.Mutate(Sample, random);
                if (TrickleFragment.TryParse(text, out var fragment, out _))
                {
                    var written = fragment.Write();
                    Assert.True(TrickleFragment.TryParse(written, out var again, out _));
                    Assert.Equal(written, again.Write());
                }
            },
            Rounds
        );
    }
}
