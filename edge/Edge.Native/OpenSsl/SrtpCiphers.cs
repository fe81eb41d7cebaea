using Edge.Protocol.Srtp;
using Edge.Protocol.Srtp.Ciphers;

namespace Edge.Native.OpenSsl;

/// <summary>Chooses what SRTP's ciphers run on: once, when the process starts.</summary>
public static class SrtpCiphers
{
    /// <summary>The fastest that this processor has; its description says which that is.</summary>
    public static ISrtpCipherFactory Best { get; } = Choose(HardwareSrtpCipherFactory.IsSupported);

    /// <summary>OpenSSL makes what there are no instructions for: all on an old processor or on another kind,
    /// HMAC-SHA1 everywhere.</summary>
    internal static ISrtpCipherFactory Choose(bool hasInstructions) =>
        hasInstructions
            ? new HardwareSrtpCipherFactory(OpenSslSrtpCipherFactory.Instance)
            : OpenSslSrtpCipherFactory.Instance;
}
