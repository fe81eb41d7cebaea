using Edge.Native.OpenSsl;
using Edge.Protocol.Srtp.Ciphers;
using Xunit;

namespace Edge.Native.Tests.OpenSsl;

/// <summary>Which ciphers a process takes, and what it says of them.</summary>
public sealed class SrtpCiphersTests
{
    [Fact]
    public void Choose_ProcessorWithoutInstructions_OpenSslMakesAll()
    {
        var ciphers = SrtpCiphers.Choose(hasInstructions: false);

        Assert.Same(OpenSslSrtpCipherFactory.Instance, ciphers);
        Assert.Matches(@"^OpenSSL 3\.\d+\.\d+$", ciphers.Description);
    }

    [Fact]
    public void Choose_ProcessorWithInstructions_OpenSslMakesHmacOnly()
    {
        var ciphers = SrtpCiphers.Choose(hasInstructions: true);

        Assert.IsType<HardwareSrtpCipherFactory>(ciphers);
        Assert.Matches("^AES-NI and V?PCLMULQDQ; HMAC-SHA1 of OpenSSL 3", ciphers.Description);
    }

    [Fact]
    public void Best_ThisProcessor_AsItsInstructionsSay() =>
        Assert.Equal(
            HardwareSrtpCipherFactory.IsSupported,
            SrtpCiphers.Best is HardwareSrtpCipherFactory
        );
}
