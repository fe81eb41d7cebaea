using System.Security.Cryptography;
using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>HMAC-SHA1 from kept states against .NET's.</summary>
public sealed class OpenSslAuthenticatorTests
{
    private readonly Prng _random = Prng.FromNumber(2202);

    [Fact]
    public void Compute_EveryLength_AsTheFramework()
    {
        var key = Bytes(20);
        using var ours = OpenSslSrtpCipherFactory.Instance.CreateAuthenticator(key);
        for (var length = 0; length <= 1500; length++)
        {
            var message = Bytes(length);
            foreach (var trailerBytes in (int[])[0, 4])
            {
                var trailer = Bytes(trailerBytes);
                Assert.Equal(
                    HMACSHA1.HashData(key, (byte[])[.. message, .. trailer]),
                    Code(ours, message, trailer)
                );
            }
        }
    }

    /// <summary>RFC 2104 §2: a key longer than a block is hashed first.</summary>
    [Fact]
    public void Compute_EveryLengthOfKey_AsTheFramework()
    {
        for (var length = 0; length <= 130; length++)
        {
            var key = Bytes(length);
            var message = Bytes(100);
            using var ours = OpenSslSrtpCipherFactory.Instance.CreateAuthenticator(key);
            Assert.Equal(HMACSHA1.HashData(key, message), Code(ours, message, []));
        }
    }

    [Fact]
    public void Compute_AfterItsEndOrIntoTooFewBytes_False()
    {
        var ours = OpenSslSrtpCipherFactory.Instance.CreateAuthenticator(Bytes(20));
        Assert.False(ours.Compute(Bytes(10), [], new byte[10]));
        ours.Dispose();
        Assert.False(ours.Compute(Bytes(10), [], new byte[ISrtpAuthenticator.CodeBytes]));
    }

    private static byte[] Code(ISrtpAuthenticator authenticator, byte[] message, byte[] trailer)
    {
        var code = new byte[ISrtpAuthenticator.CodeBytes];
        Assert.True(authenticator.Compute(message, trailer, code));
        return code;
    }

    private byte[] Bytes(int length)
    {
        var bytes = new byte[length];
        _random.Fill(bytes);
        return bytes;
    }
}
