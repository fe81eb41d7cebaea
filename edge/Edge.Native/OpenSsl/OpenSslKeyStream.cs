using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>AES counter mode on an EVP context that keeps its key.</summary>
internal sealed unsafe class OpenSslKeyStream : ISrtpKeyStream
{
    private const int CounterBytes = 16;
    private const int CountBytes = 2;
    private const int KeepDirection = -1;

    private nint _context;

    /// <summary>Makes a cipher; the key has 16 or 32 bytes.</summary>
    public OpenSslKeyStream(ReadOnlySpan<byte> key)
    {
        var cipher = key.Length switch
        {
            16 => LibCrypto.EVP_aes_128_ctr(),
            32 => LibCrypto.EVP_aes_256_ctr(),
            _ => throw new ArgumentException("A key has 16 or 32 bytes.", nameof(key)),
        };
        _context = OpenSslException.ThrowIfNull(
            LibCrypto.EVP_CIPHER_CTX_new(),
            nameof(LibCrypto.EVP_CIPHER_CTX_new)
        );
        fixed (byte* keyPointer = key)
        {
            OpenSslException.ThrowUnlessOne(
                LibCrypto.EVP_CipherInit_ex(_context, cipher, 0, keyPointer, null, 1),
                nameof(LibCrypto.EVP_CipherInit_ex)
            );
        }
    }

    /// <inheritdoc/>
    [HotPath]
    public bool Apply(ReadOnlySpan<byte> counter, SrtpPlainText text, Span<byte> destination)
    {
        if (
            _context == 0
            || counter.Length != CounterBytes
            || counter[^CountBytes..].ContainsAnyExcept((byte)0)
            || destination.Length > ISrtpKeyStream.TextBytesMax
            || destination.Length != text.Head.Length + text.Tail.Length
        )
        {
            return false;
        }

        fixed (byte* counterPointer = counter)
        {
            if (
                LibCrypto.EVP_CipherInit_iv(_context, 0, 0, null, counterPointer, KeepDirection)
                != 1
            )
            {
                return false;
            }
        }

        var headLength = text.Head.Length;
        return Update(text.Head, destination[..headLength])
            && Update(text.Tail, destination[headLength..]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LibCrypto.EVP_CIPHER_CTX_free(_context);
        _context = 0;
    }

    private bool Update(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.IsEmpty)
        {
            return true;
        }

        int written;
        fixed (byte* inputPointer = input)
        fixed (byte* outputPointer = output)
        {
            return LibCrypto.EVP_CipherUpdate(
                    _context,
                    outputPointer,
                    &written,
                    inputPointer,
                    input.Length
                ) == 1;
        }
    }
}
