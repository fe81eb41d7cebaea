using Edge.Testing;
using Edge.Wire.Sdp;
using Xunit;

namespace Edge.Wire.Tests.Sdp;

public sealed class TrickleFragmentTests
{
    [Fact]
    public void TryParse_EyevinnFragment_TakesEachCandidateOnce()
    {
        const string Text =
            "a=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n"
            + "m=audio 9 RTP/AVP 0\r\na=mid:0\r\na=candidate:1 0 UDP 2122317823 192.0.2.1 4242 typ host\r\n"
            + "m=audio 9 RTP/AVP 0\r\na=mid:1\r\na=candidate:1 0 UDP 2122317823 192.0.2.1 4242 typ host\r\n";

        var fragment = Parse(Text);

        Assert.Equal("EsAw", fragment.UsernameFragment);
        Assert.Equal("0", fragment.Mid);
        var candidate = Assert.Single(fragment.Candidates);
        Assert.True(candidate.TryReadAddress(out var address));
        Assert.Equal("192.0.2.1:4242", address.ToString());
    }

    [Fact]
    public void TryParse_MedoozeFragment_IsRead()
    {
        var fragment = Parse(
            "a=ice-ufrag:x\na=ice-pwd:y\nm=video 9 UDP/TLS/RTP/SAVPF 0\na=mid:1\na=end-of-candidates\n"
        );

        Assert.Equal(
            ("video", "1", true),
            (fragment.KindName, fragment.Mid, fragment.HasEndOfCandidates)
        );
    }

    /// <summary>RFC 9725 §4.3.2, the shape of its example: credentials at session level, one pseudo
    /// section for the bundle.</summary>
    [Fact]
    public void TryParse_Rfc9725Example_IsRead()
    {
        var fragment = Parse(
            "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\n"
                + "a=ice-ufrag:EsAw\r\na=ice-pwd:P2uYro0UCOQ4zxjKXaWCBui1\r\n"
                + "a=candidate:1387637174 1 udp 2122260223 192.0.2.1 61764 typ host generation 0 ufrag EsAw network-id 1\r\n"
                + "a=candidate:473322822 1 tcp 1518280447 192.0.2.1 9 typ host tcptype active generation 0\r\n"
                + "a=end-of-candidates\r\n"
        );

        Assert.Equal("P2uYro0UCOQ4zxjKXaWCBui1", fragment.Password);
        Assert.Equal("0 1", string.Join(' ', fragment.BundleMids!.Value));
        Assert.Equal(2, fragment.Candidates.Length);
    }

    [Fact]
    public void TryParse_NoSectionAtAll_IsRead()
    {
        Assert.True(Parse("a=end-of-candidates").HasEndOfCandidates);
    }

    [Theory]
    [InlineData("", SdpErrorKind.Empty)]
    [InlineData("{\"candidate\":\"x\"}", SdpErrorKind.NotALine)]
    [InlineData("a=mid:0\n", SdpErrorKind.NothingInFragment)]
    [InlineData("a=candidate:broken\n", SdpErrorKind.NothingInFragment)]
    public void TryParse_NoFragment_Refused(string text, SdpErrorKind kind)
    {
        Assert.False(TrickleFragment.TryParse(text, out _, out var error));
        Assert.Equal(kind, error.Kind);
    }

    [Theory]
    [InlineData("a=ice-ufrag:new\na=ice-pwd:p\n", true)]
    [InlineData("a=ice-ufrag:old\na=ice-pwd:p\na=end-of-candidates\n", false)]
    [InlineData("a=ice-ufrag:new\n", false)]
    [InlineData("a=end-of-candidates\n", false)]
    public void IsRestartOf_OtherCredentials_True(string text, bool isRestart)
    {
        Assert.Equal(isRestart, Parse(text).IsRestartOf("old"));
    }

    [Fact]
    public void Write_Fragment_ReadsBackTheSame()
    {
        const string Text =
            "a=ice-lite\r\na=ice-options:trickle ice2\r\na=ice-ufrag:u\r\na=ice-pwd:p\r\n"
            + "a=group:BUNDLE 0 1\r\nm=audio 9 UDP/TLS/RTP/SAVPF 0\r\na=mid:0\r\n"
            + "a=candidate:1 1 udp 2130706431 192.0.2.1 7000 typ host\r\na=end-of-candidates\r\n";

        Assert.Equal(Text, Parse(Text).Write());
    }

    private static TrickleFragment Parse(string text) =>
        TrickleFragment.TryParse(text, out var fragment, out var error)
            ? fragment
            : throw new TestingException(error.Sentence);
}
