using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Control.Server.Tests.Support;

/// <summary>Makes tokens, right and wrong ones.</summary>
internal static class Tokens
{
    public const string Header = """{"alg":"HS256","typ":"JWT"}""";

    public static string Create(
        DateTimeOffset expiresAt,
        string app = "one",
        string stream = "cam",
        string action = "publish",
        string secret = TestServer.Secret
    ) =>
        Sign(
            Header,
            $$"""{"app":"{{app}}","stream":"{{stream}}","action":"{{action}}","exp":{{expiresAt.ToUnixTimeSeconds()}}}""",
            secret
        );

    public static string Sign(string header, string payload, string secret = TestServer.Secret)
    {
        var signed = $"{Encode(header)}.{Encode(payload)}";
        var signature = HMACSHA256.HashData(
            Encoding.UTF8.GetBytes(secret),
            Encoding.ASCII.GetBytes(signed)
        );
        return $"{signed}.{Base64Url.EncodeToString(signature)}";
    }

    public static string Encode(string text) =>
        Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));
}
