using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>Makes SRTP ciphers on libcrypto.</summary>
public sealed class OpenSslSrtpCipherFactory : ISrtpCipherFactory
{
    private OpenSslSrtpCipherFactory() { }

    /// <summary>The one instance: it holds no state.</summary>
    public static OpenSslSrtpCipherFactory Instance { get; } = new();

    /// <inheritdoc/>
    public string Description
    {
        get
        {
            // 0xMNN00PP0: major, minor, patch (OpenSSL_version_num(3)).
            var number = LibCrypto.OpenSSL_version_num();
            return $"OpenSSL {number >> 28}.{(number >> 20) & 0xFF}.{(number >> 4) & 0xFF}";
        }
    }

    /// <inheritdoc/>
    public ISrtpAead CreateAead(ReadOnlySpan<byte> key, SrtpDirection direction) =>
        new OpenSslAead(key, direction);

    /// <inheritdoc/>
    public ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key) => new OpenSslKeyStream(key);

    /// <inheritdoc/>
    public ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key) =>
        new OpenSslAuthenticator(key);
}
