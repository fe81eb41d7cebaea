using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>AES-GCM on an EVP context that keeps its key; only the IV is set for each packet.</summary>
internal sealed unsafe class OpenSslAead : ISrtpAead
{
    private const int IvBytes = 12;
    private const int TagBytes = 16;
    private const int KeepDirection = -1;

    private readonly SrtpDirection _direction;
    private nint _context;

    /// <summary>Makes a cipher; the key has 16 or 32 bytes.</summary>
    public OpenSslAead(ReadOnlySpan<byte> key, SrtpDirection direction)
    {
        _direction = direction;
        var cipher = key.Length switch
        {
            16 => LibCrypto.EVP_aes_128_gcm(),
            32 => LibCrypto.EVP_aes_256_gcm(),
            _ => throw new ArgumentException("A key has 16 or 32 bytes.", nameof(key)),
        };
        _context = OpenSslException.ThrowIfNull(
            LibCrypto.EVP_CIPHER_CTX_new(),
            nameof(LibCrypto.EVP_CIPHER_CTX_new)
        );
        fixed (byte* keyPointer = key)
        {
            OpenSslException.ThrowUnlessOne(
                LibCrypto.EVP_CipherInit_ex(
                    _context,
                    cipher,
                    0,
                    keyPointer,
                    null,
                    direction == SrtpDirection.Protect ? 1 : 0
                ),
                nameof(LibCrypto.EVP_CipherInit_ex)
            );
        }
    }

    /// <inheritdoc/>
    [HotPath]
    public bool Seal(
        ReadOnlySpan<byte> iv,
        SrtpAssociatedData associated,
        SrtpPlainText plain,
        Span<byte> destination,
        Span<byte> tag
    )
    {
        if (
            _direction != SrtpDirection.Protect
            || tag.Length != TagBytes
            || destination.Length != plain.Head.Length + plain.Tail.Length
            || !TryBegin(iv, associated)
        )
        {
            return false;
        }

        var headLength = plain.Head.Length;
        int written;
        fixed (byte* tagPointer = tag)
        {
            return Update(plain.Head, destination[..headLength])
                && Update(plain.Tail, destination[headLength..])
                && LibCrypto.EVP_CipherFinal_ex(_context, tagPointer, &written) == 1
                && LibCrypto.EVP_CIPHER_CTX_ctrl(
                    _context,
                    LibCrypto.ControlReadTag,
                    TagBytes,
                    tagPointer
                ) == 1;
        }
    }

    /// <inheritdoc/>
    [HotPath]
    public bool Open(
        ReadOnlySpan<byte> iv,
        SrtpAssociatedData associated,
        Span<byte> text,
        ReadOnlySpan<byte> tag
    )
    {
        if (
            _direction != SrtpDirection.Unprotect
            || tag.Length != TagBytes
            || !TryBegin(iv, associated)
            || !Update(text, text)
        )
        {
            return false;
        }

        int written;
        byte nothing;
        fixed (byte* tagPointer = tag)
        {
            return LibCrypto.EVP_CIPHER_CTX_ctrl(
                    _context,
                    LibCrypto.ControlWriteTag,
                    TagBytes,
                    tagPointer
                ) == 1
                && LibCrypto.EVP_CipherFinal_ex(_context, &nothing, &written) == 1;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        LibCrypto.EVP_CIPHER_CTX_free(_context);
        _context = 0;
    }

    private bool TryBegin(ReadOnlySpan<byte> iv, SrtpAssociatedData associated)
    {
        if (iv.Length != IvBytes || _context == 0)
        {
            return false;
        }

        fixed (byte* ivPointer = iv)
        {
            if (LibCrypto.EVP_CipherInit_iv(_context, 0, 0, null, ivPointer, KeepDirection) != 1)
            {
                return false;
            }
        }

        return Associate(associated.Head) && Associate(associated.Tail);
    }

    private bool Associate(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
        {
            return true;
        }

        int written;
        fixed (byte* pointer = data)
        {
            return LibCrypto.EVP_CipherUpdate(_context, null, &written, pointer, data.Length) == 1;
        }
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
