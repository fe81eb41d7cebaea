using System.Security.Cryptography;
using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Wire.Tests.Stun;

/// <summary>RFC 5769 §2 and RFC 8489 §B.1.</summary>
public sealed class StunVectorTests
{
    private static readonly Vectors Rfc5769 = Vectors.Load("rfc5769/messages.txt");
    private static readonly Vectors Rfc8489 = Vectors.Load("rfc8489/b1.txt");

    [Fact]
    public void TryParse_Rfc5769Request_ReadsEveryAttribute()
    {
        Assert.Equal(
            StunParseError.None,
            StunMessage.TryParse(Rfc5769["request"], out var request)
        );

        Assert.Equal(StunClass.Request, request.Class);
        Assert.Equal(StunMethod.Binding, request.Method);
        Assert.True(request.TryReadUsername(out var local, out var remote));
        Assert.Equal("evtj", Encoding.ASCII.GetString(local));
        Assert.Equal("h6vY", Encoding.ASCII.GetString(remote));
        Assert.True(request.TryReadPriority(out var priority));
        Assert.Equal(0x6e0001ffu, priority);
        Assert.True(request.TryReadIceControlled(out var tieBreaker));
        Assert.Equal(0x932ff9b151263b36u, tieBreaker);
        Assert.False(request.TryReadIceControlling(out _));
        Assert.False(request.HasUseCandidate);
        Assert.Equal(0, request.FindUnknownRequired(new StunAttributeType[4]));
    }

    [Theory]
    [InlineData("request")]
    [InlineData("response IPv4")]
    [InlineData("response IPv6")]
    public void VerifyIntegrity_Rfc5769_IsValid(string name)
    {
        Assert.Equal(StunParseError.None, StunMessage.TryParse(Rfc5769[name], out var message));

        Assert.True(message.VerifyIntegrity(Rfc5769["password"]));
        Assert.True(message.HasFingerprint);
        Assert.True(message.HasValidFingerprintOrNone);
        Assert.False(message.VerifyIntegrity("VOkJxbRl1RmTxUk/WvJxBu"u8));
    }

    [Theory]
    [InlineData("response IPv4", "192.0.2.1:32853")]
    [InlineData("response IPv6", "[2001:db8:1234:5678:11:2233:4455:6677]:32853")]
    public void TryReadXorMappedAddress_Rfc5769_ReadsTheAddress(string name, string expected)
    {
        StunMessage.TryParse(Rfc5769[name], out var message);

        Assert.True(message.TryReadXorMappedAddress(out var address));
        Assert.True(NetworkAddress.TryParse(expected, out var expectedAddress));
        Assert.Equal(expectedAddress, address);
        Assert.Equal(StunClass.SuccessResponse, message.Class);
    }

    /// <summary>The key of long-term credentials is their MD5 (RFC 8489 §9.2.2); the HMAC is the same.</summary>
    [Fact]
    public void VerifyIntegrity_Rfc5769LongTermRequest_IsValid()
    {
        StunMessage.TryParse(Rfc5769["long-term request"], out var message);
#pragma warning disable CA5351 // The RFC's own key derivation.
        var key = MD5.HashData(Rfc5769["long-term credentials"]);
#pragma warning restore CA5351

        Assert.True(message.VerifyIntegrity(key));
        Assert.False(message.HasFingerprint);
        Assert.True(message.HasValidFingerprintOrNone);
        Assert.False(message.TryReadUsername(out _, out _));
    }

    /// <summary>Read correctly, though nothing of it authenticates an ICE check.</summary>
    [Fact]
    public void TryParse_Rfc8489Request_ListsWhatIceDoesNotKnow()
    {
        var bytes = Rfc8489["request"];
        Assert.Equal(StunParseError.None, StunMessage.TryParse(bytes, out var request));

        var unknown = new StunAttributeType[4];
        Assert.Equal(2, request.FindUnknownRequired(unknown));
        Assert.Equal(0x001E, (ushort)unknown[0]);
        Assert.Equal(0x001D, (ushort)unknown[1]);
        Assert.False(request.HasIntegrity);
        Assert.True(request.TryFindAttribute(unknown[0], out var userHash));
        Assert.Equal(SHA256.HashData("マトリックス:example.org"u8), userHash.ToArray());

        // The vector itself, so that a misprint in our copy would show.
        var key = SHA256.HashData(Rfc8489["credentials"]);
        Assert.Equal(bytes[^32..], HMACSHA256.HashData(key, bytes.AsSpan(0, bytes.Length - 36)));
    }

    [Fact]
    public void Compute_CheckString_GivesTheCheckValue() =>
        Assert.Equal(0xCBF43926u, Crc32.Compute("123456789"u8));
}
