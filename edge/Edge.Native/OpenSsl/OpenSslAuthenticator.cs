using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>HMAC-SHA1 on a context that keeps its key.</summary>
/// <remarks>HMAC_* is deprecated in OpenSSL 3.0 but a quarter faster than EVP_MAC on small packets.</remarks>
internal sealed unsafe class OpenSslAuthenticator : ISrtpAuthenticator
{
    private nint _context;

    /// <summary>Makes an authenticator for a key of any length.</summary>
    public OpenSslAuthenticator(ReadOnlySpan<byte> key)
    {
        _context = OpenSslException.ThrowIfNull(
            LibCrypto.HMAC_CTX_new(),
            nameof(LibCrypto.HMAC_CTX_new)
        );
        fixed (byte* keyPointer = key)
        {
            OpenSslException.ThrowUnlessOne(
                LibCrypto.HMAC_Init_ex(_context, keyPointer, key.Length, LibCrypto.EVP_sha1(), 0),
                nameof(LibCrypto.HMAC_Init_ex)
            );
        }
    }

    /// <inheritdoc/>
    [HotPath]
    public bool Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> code)
    {
        if (
            _context == 0
            || code.Length != ISrtpAuthenticator.CodeBytes
            || LibCrypto.HMAC_Init_again(_context, null, 0, 0, 0) != 1
        )
        {
            return false;
        }

        uint written;
        fixed (byte* messagePointer = message)
        fixed (byte* trailerPointer = trailer)
        fixed (byte* codePointer = code)
        {
            return LibCrypto.HMAC_Update(_context, messagePointer, (nuint)message.Length) == 1
                && (
                    trailer.IsEmpty
                    || LibCrypto.HMAC_Update(_context, trailerPointer, (nuint)trailer.Length) == 1
                )
                && LibCrypto.HMAC_Final(_context, codePointer, &written) == 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LibCrypto.HMAC_CTX_free(_context);
        _context = 0;
    }
}
