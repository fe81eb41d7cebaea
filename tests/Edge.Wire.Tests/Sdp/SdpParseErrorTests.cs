using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

public sealed class SdpParseErrorTests
{
    [Theory]
    [InlineData("", "There is no text.")]
    [InlineData(" \r\n ", "There is no text.")]
    [InlineData("v=0\ns=-\n", "There is no m= line.")]
    [InlineData("o=- 1 1 IN IP4 0.0.0.0\n", "Line 1: a session description begins with v=0.")]
    [InlineData("v=1\n", "Line 1: a session description begins with v=0.")]
    [InlineData("v=0\nhello\n", "Line 2: a line must be a letter, an equals sign and a value.")]
    [InlineData("v=0\ns=\u0000\n", "Line 2: a control character inside a line.")]
    [InlineData("v=0\rs=-\n", "Line 1: a control character inside a line.")]
    [InlineData(
        "v=0\nm=audio 9 RTP/SAVPF\n",
        "Line 2: an m= line has a kind, a port, a protocol and at least one format."
    )]
    [InlineData(
        "v=0\nm=audio 65536 RTP/SAVPF 0\n",
        "Line 2: an m= line has a kind, a port, a protocol and at least one format."
    )]
    [InlineData(
        "v=0\nm=audio 9 X 0\na=mid:a\nm=video 9 X 0\na=mid:a\n",
        "Line 4: an earlier section has the same a=mid."
    )]
    public void Sentence_NamesLineAndCause(string text, string sentence)
    {
        Assert.Equal(sentence, SdpSamples.Fail(text).Sentence);
    }

    [Fact]
    public void Sentence_EveryKind_IsASentence()
    {
        foreach (var kind in Enum.GetValues<SdpErrorKind>())
        {
            var sentence = new SdpParseError(kind, 7).Sentence;

            Assert.StartsWith("Line 7: ", sentence, StringComparison.Ordinal);
            Assert.DoesNotContain("cannot be read", sentence, StringComparison.Ordinal);
        }
    }
}
