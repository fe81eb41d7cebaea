using Control.Server.Apps;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Apps;

/// <summary>Tokens of RFC 7519 in the one form that is taken, and forgeries.</summary>
public sealed class StreamTokenTests
{
    private const string Payload =
        """{"app":"one","stream":"cam","action":"play","exp":1800000000,"jti":"x","x":{"y":[1]}}""";

    [Fact]
    public void TryRead_RightToken_Claims()
    {
        var claims = StreamToken.TryRead(Tokens.Sign(Tokens.Header, Payload), TestServer.Secret);
        Assert.Equal(new StreamTokenClaims("one", "cam", "play", 1_800_000_000, 0), claims);
    }

    /// <summary>RFC 7515 appendix A.1 signs with other bytes than ours; this token was made with
    /// openssl as the documentation shows.</summary>
    [Fact]
    public void TryRead_TokenMadeByOpenssl_Claims()
    {
        const string token =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhcHAiOiJkZXYiLCJzdHJlYW0iOiJjYW0iLCJhY3Rpb24iOiJwdWJsaXNoIiwiZXhwIjoxODAwMDAwMDAwfQ.A9UrUcFL4OPEggGXBC2eqHRxjgdpMoYsZyJSYBjid2Y";
        Assert.Equal("cam", StreamToken.TryRead(token, "dev-secret")?.Stream);
    }

    [Theory]
    [InlineData("""{"alg":"none"}""")]
    [InlineData("""{"alg":"HS512"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("""{"alg":"HS256","alg":"HS256"}""")]
    [InlineData("""{"alg":"HS256","crit":["exp"]}""")]
    [InlineData("""["HS256"]""")]
    [InlineData("not json")]
    [InlineData("")]
    public void TryRead_OtherHeader_Refused(string header) =>
        Assert.Null(StreamToken.TryRead(Tokens.Sign(header, Payload), TestServer.Secret));

    [Theory]
    [InlineData("""{"stream":"cam","action":"play","exp":1800000000}""")]
    [InlineData("""{"app":"one","action":"play","exp":1800000000}""")]
    [InlineData("""{"app":"one","stream":"cam","exp":1800000000}""")]
    [InlineData("""{"app":"one","stream":"cam","action":"play"}""")]
    [InlineData("""{"app":"one","stream":"cam","action":"play","exp":"1800000000"}""")]
    [InlineData("""{"app":"one","stream":"cam","action":"play","exp":1e999}""")]
    [InlineData("""{"app":"one","stream":"cam","action":"play","exp":null}""")]
    [InlineData("""{"app":"one","app":"one","stream":"cam","action":"play","exp":1800000000}""")]
    [InlineData("""{"app":"one","stream":["cam"],"action":"play","exp":1800000000}""")]
    [InlineData("""{"app":"one","stream":"cam","action":"play","exp":1800000000} {}""")]
    [InlineData("""[1]""")]
    [InlineData("")]
    public void TryRead_WrongClaims_Refused(string payload) =>
        Assert.Null(StreamToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret));

    [Fact]
    public void TryRead_EveryChangedCharacter_Refused()
    {
        var token = Tokens.Sign(Tokens.Header, Payload);
        for (var index = 0; index < token.Length; index++)
        {
            var changed = token.ToCharArray();
            changed[index] = changed[index] == 'A' ? 'B' : 'A';
            var claims = StreamToken.TryRead(new string(changed), TestServer.Secret);
            // The last character of a signature has bits that mean nothing.
            Assert.True(claims is null || index == token.Length - 1);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d")]
    public void TryRead_NoToken_Refused(string text) =>
        Assert.Null(StreamToken.TryRead(text, TestServer.Secret));

    [Fact]
    public void TryRead_SignatureOfAnotherSecretOrNone_Refused()
    {
        var token = Tokens.Sign(Tokens.Header, Payload, "other");
        Assert.Null(StreamToken.TryRead(token, TestServer.Secret));
        Assert.Null(StreamToken.TryRead(token[..(token.LastIndexOf('.') + 1)], TestServer.Secret));
    }

    [Fact]
    public void TryRead_VeryLongToken_Refused()
    {
        var payload = Payload.Replace(
            "\"x\"",
            $"\"{new string('x', 5000)}\"",
            StringComparison.Ordinal
        );
        Assert.Null(StreamToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret));
    }
}
