using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>Makes SRTP ciphers on libcrypto.</summary>
public sealed class OpenSslSrtpCipherFactory : ISrtpCipherFactory
{
    /// <summary>The one instance: it holds no state.</summary>
    public static OpenSslSrtpCipherFactory Instance { get; } = new();

    private OpenSslSrtpCipherFactory() { }

    /// <inheritdoc/>
    public ISrtpAead CreateAead(ReadOnlySpan<byte> key) => throw new NotSupportedException();

    /// <inheritdoc/>
    public ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key) =>
        throw new NotSupportedException();

    /// <inheritdoc/>
    public ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key) =>
        throw new NotSupportedException();
}
