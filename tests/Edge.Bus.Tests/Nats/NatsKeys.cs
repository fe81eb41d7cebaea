using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using NATS.NKeys;

namespace Edge.Bus.Tests.Nats;

/// <summary>Keys and JWTs of a NATS operator with one account, as nsc makes them.</summary>
/// <remarks>Source: NATS documentation, "JWTs" (header alg ed25519-nkey, jti the base32 SHA-512/256 of the claims,
/// not checked by servers) and "NKeys".</remarks>
internal sealed class NatsKeys
{
    private readonly KeyPair _operator = KeyPair.CreatePair(PrefixByte.Operator);
    private readonly KeyPair _account = KeyPair.CreatePair(PrefixByte.Account);

    /// <summary>Settings of a server of this operator that knows the account.</summary>
    public string Settings =>
        $$"""
            operator: {{Sign(_operator, _operator, new { type = "operator", version = 2 })}}
            resolver: MEMORY
            resolver_preload: {
                {{_account.GetPublicKey()}}: {{Sign(_operator, _account, AccountClaims)}}
            }
            """;

    private static object AccountClaims =>
        new
        {
            limits = new
            {
                subs = -1,
                conn = -1,
                leaf = -1,
                imports = -1,
                exports = -1,
                data = -1,
                payload = -1,
                wildcards = true,
            },
            type = "account",
            version = 2,
        };

    /// <summary>A user's seed and the public key.</summary>
    public static (string Seed, string PublicKey) CreateUser()
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        return (user.GetSeed(), user.GetPublicKey());
    }

    /// <summary>The text of a .creds file of a user of the account.</summary>
    public string CreateCredentials()
    {
        using var user = KeyPair.CreatePair(PrefixByte.User);
        var claims = new
        {
            subs = -1,
            data = -1,
            payload = -1,
            type = "user",
            version = 2,
        };
        return $"""
            -----BEGIN NATS USER JWT-----
            {Sign(_account, user, claims)}
            ------END NATS USER JWT------

            ************************* IMPORTANT *************************
            NKEY Seed printed below can be used to sign and prove identity.

            -----BEGIN USER NKEY SEED-----
            {user.GetSeed()}
            ------END USER NKEY SEED------

            """;
    }

    private static string Sign(KeyPair issuer, KeyPair subject, object claims)
    {
        var header = Encode("""{"typ":"JWT","alg":"ed25519-nkey"}"""u8);
        var body = Encode(
            JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    jti = Convert.ToHexString(RandomNumberGenerator.GetBytes(16)),
                    iat = DateTimeOffset.UtcNow.ToUnixTimeSeconds(),
                    iss = issuer.GetPublicKey(),
                    name = "tests",
                    sub = subject.GetPublicKey(),
                    nats = claims,
                }
            )
        );
        var signature = new byte[64];
        issuer.Sign(Encoding.ASCII.GetBytes($"{header}.{body}"), signature);
        return $"{header}.{body}.{Encode(signature)}";
    }

    private static string Encode(ReadOnlySpan<byte> bytes) =>
        System.Buffers.Text.Base64Url.EncodeToString(bytes);
}
