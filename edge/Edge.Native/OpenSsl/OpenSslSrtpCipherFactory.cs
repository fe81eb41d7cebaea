using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>Makes SRTP ciphers on libcrypto.</summary>
public sealed class OpenSslSrtpCipherFactory : ISrtpCipherFactory
{
    private OpenSslSrtpCipherFactory() { }

    /// <summary>The one instance: it holds no state.</summary>
    public static OpenSslSrtpCipherFactory Instance { get; } = new();

    /// <inheritdoc/>
    public ISrtpAead CreateAead(ReadOnlySpan<byte> key, SrtpDirection direction) =>
        new OpenSslAead(key, direction);

    /// <inheritdoc/>
    public ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key) => new OpenSslKeyStream(key);

    /// <inheritdoc/>
    public ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key) =>
        new OpenSslAuthenticator(key);
}
