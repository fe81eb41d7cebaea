using Control.Server.Apps;
using Control.Server.Tests.Support;

namespace Control.Server.Tests.Apps;

/// <summary>Tokens of RFC 7519 in the one form that is taken, and forgeries.</summary>
public sealed class AppTokenTests
{
    private const string Payload =
        """{"app":"one","stream":"cam","action":"play","exp":1800000000,"jti":"x","x":{"y":[1]}}""";

    [Fact]
    public void TryRead_RightToken_Claims()
    {
        var claims = AppToken.TryRead(Tokens.Sign(Tokens.Header, Payload), TestServer.Secret);
        Assert.Equal(
            new AppTokenClaims("one", 1_800_000_000)
            {
                Id = "x",
                Stream = "cam",
                Action = "play",
            },
            claims
        );
    }

    /// <summary>RFC 7515 appendix A.1 signs with other bytes than ours; this token was made with
    /// openssl as the documentation shows.</summary>
    [Fact]
    public void TryRead_TokenMadeByOpenssl_Claims()
    {
        const string token =
            "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJhcHAiOiJkZXYiLCJzdHJlYW0iOiJjYW0iLCJhY3Rpb24iOiJwdWJsaXNoIiwiZXhwIjoxODAwMDAwMDAwfQ.A9UrUcFL4OPEggGXBC2eqHRxjgdpMoYsZyJSYBjid2Y";
        Assert.Equal("cam", AppToken.TryRead(token, "dev-secret")?.Stream);
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
    [InlineData("""{"alg":"HS256","\ud800":1}""")]
    [InlineData("""{"alg":"\ud800"}""")]
    [InlineData("not json")]
    [InlineData("")]
    public void TryRead_OtherHeader_Refused(string header) =>
        Assert.Null(AppToken.TryRead(Tokens.Sign(header, Payload), TestServer.Secret));

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
    [InlineData("""{"app":"one","exp":1800000000}""")]
    [InlineData("""{"app":"one","exp":1800000000,"publish":"cam"}""")]
    [InlineData("""{"app":"one","exp":1800000000,"publish":[1]}""")]
    [InlineData("""{"app":"one","exp":1800000000,"publish":["a"],"publish":["b"]}""")]
    [InlineData("""{"app":"one","exp":1800000000,"publish":[["a"]]}""")]
    [InlineData("""{"app":"one","exp":1800000000,"pull":{"a":true}}""")]
    [InlineData("""{"app":"one","exp":1800000000,"pull":false}""")]
    [InlineData("""[1]""")]
    [InlineData("")]
    public void TryRead_WrongClaims_Refused(string payload) =>
        Assert.Null(AppToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret));

    [Fact]
    public void TryRead_EveryChangedCharacter_Refused()
    {
        var token = Tokens.Sign(Tokens.Header, Payload);
        for (var index = 0; index < token.Length; index++)
        {
            var changed = token.ToCharArray();
            changed[index] = changed[index] == 'A' ? 'B' : 'A';
            var claims = AppToken.TryRead(new string(changed), TestServer.Secret);
            // The last character of a signature has bits that mean nothing.
            Assert.True(claims is null || index == token.Length - 1);
        }
    }

    [Fact]
    public void Sign_EveryClaim_ReadsBackTheSame()
    {
        var claims = new AppTokenClaims("one", 1_800_000_000)
        {
            Id = "id",
            Subject = "someone",
            Session = "session",
            Publish = new TokenNames(false, ["cam", "mic"]),
            Pull = TokenNames.All,
            Stream = "cam",
            Action = "publish",
        };
        Assert.Equal(claims, AppToken.TryRead(AppToken.Sign(claims, "secret"), "secret"));
        Assert.Null(AppToken.TryRead(AppToken.Sign(claims, "secret"), "other"));
    }

    [Fact]
    public void TryRead_MoreNamesThanTaken_Refused()
    {
        var names = string.Join(
            ',',
            Enumerable.Range(0, TokenNames.CountMax + 1).Select(n => $"\"{n}\"")
        );
        var payload = $$"""{"app":"one","exp":1800000000,"publish":[{{names}}]}""";
        Assert.Null(AppToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret));
    }

    [Theory]
    [InlineData("""{"app":"one","exp":1,"publish":["cam"]}""", true, false)]
    [InlineData("""{"app":"one","exp":1,"publish":["mic"],"pull":["s1"]}""", false, false)]
    [InlineData("""{"app":"one","exp":1,"publish":true,"pull":true}""", true, true)]
    [InlineData("""{"app":"one","exp":1,"publish":["*"]}""", true, false)]
    [InlineData("""{"app":"one","exp":1,"pull":["*"]}""", false, true)]
    [InlineData("""{"app":"one","exp":1,"publish":true,"pull":true,"session":"s"}""", false, false)]
    public void Grants_SessionScopes_CoverStreamsToo(string payload, bool publishes, bool plays)
    {
        var claims = AppToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret)!;
        Assert.Equal(publishes, claims.Grants("cam", StreamAction.Publish));
        Assert.Equal(plays, claims.Grants("cam", StreamAction.Play));
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("...")]
    [InlineData("a.b.c")]
    [InlineData("a.b.c.d")]
    public void TryRead_NoToken_Refused(string text) =>
        Assert.Null(AppToken.TryRead(text, TestServer.Secret));

    [Fact]
    public void TryRead_SignatureOfAnotherSecretOrNone_Refused()
    {
        var token = Tokens.Sign(Tokens.Header, Payload, "other");
        Assert.Null(AppToken.TryRead(token, TestServer.Secret));
        Assert.Null(AppToken.TryRead(token[..(token.LastIndexOf('.') + 1)], TestServer.Secret));
    }

    [Fact]
    public void TryRead_VeryLongToken_Refused()
    {
        var payload = Payload.Replace(
            "\"x\"",
            $"\"{new string('x', 5000)}\"",
            StringComparison.Ordinal
        );
        Assert.Null(AppToken.TryRead(Tokens.Sign(Tokens.Header, payload), TestServer.Secret));
    }
}
