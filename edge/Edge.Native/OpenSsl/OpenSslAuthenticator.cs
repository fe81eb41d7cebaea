using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Native.OpenSsl;

/// <summary>HMAC-SHA1 (RFC 2104) on libcrypto's SHA-1, from states in which the key is hashed already.</summary>
/// <remarks>
/// The key is a block of its own before the message and before the inner digest: both states behind it are kept,
/// 40 bytes, so that a packet costs its own blocks and one for the digest. libcrypto's HMAC and EVP_MAC copy
/// contexts on each packet, which takes longer than a short packet's hash. SHA1_* is deprecated in OpenSSL 3 as
/// HMAC_* is, for the sake of its providers; it is the same assembly.
/// </remarks>
internal sealed unsafe class OpenSslAuthenticator : ISrtpAuthenticator
{
    private const int BlockBytes = 64;
    private const byte InnerPad = 0x36;
    private const byte OuterPad = 0x5C;

    /// <summary>SHA-1's padding (FIPS 180-4 §5.1.1): one bit, then zeros, then the length in bits.</summary>
    private const byte PaddingBegin = 0x80;

    private Sha1State _inner;
    private Sha1State _outer;
    private bool _isDisposed;

    /// <summary>Makes an authenticator for a key of any length.</summary>
    public OpenSslAuthenticator(ReadOnlySpan<byte> key)
    {
        Span<byte> block = stackalloc byte[BlockBytes];
        block.Clear();
        if (key.Length > BlockBytes)
        {
            Hash(key, block);
        }
        else
        {
            key.CopyTo(block);
        }

        _inner = AfterKey(block, InnerPad);
        _outer = AfterKey(block, OuterPad);
        CryptographicOperations.ZeroMemory(block);
    }

    /// <inheritdoc/>
    [HotPath]
    public bool Compute(ReadOnlySpan<byte> message, ReadOnlySpan<byte> trailer, Span<byte> code)
    {
        if (_isDisposed || code.Length != ISrtpAuthenticator.CodeBytes)
        {
            return false;
        }

        // The outer message's only block: the inner digest and its padding.
        var block = stackalloc byte[BlockBytes];
        new Span<byte>(block, BlockBytes).Clear();
        Sha1Context context = default;
        context.State = _inner;
        context.BitsLow = BlockBytes * 8;
        fixed (byte* messagePointer = message)
        fixed (byte* trailerPointer = trailer)
        {
            if (
                LibCrypto.SHA1_Update(&context, messagePointer, (nuint)message.Length) != 1
                || LibCrypto.SHA1_Update(&context, trailerPointer, (nuint)trailer.Length) != 1
                || LibCrypto.SHA1_Final(block, &context) != 1
            )
            {
                return false;
            }
        }

        block[ISrtpAuthenticator.CodeBytes] = PaddingBegin;
        BinaryPrimitives.WriteUInt16BigEndian(
            new Span<byte>(block + BlockBytes - 2, 2),
            (BlockBytes + ISrtpAuthenticator.CodeBytes) * 8
        );
        context.State = _outer;
        LibCrypto.SHA1_Transform(&context, block);
        Write(context.State, code);
        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<uint>)_inner));
        CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes((Span<uint>)_outer));
        _isDisposed = true;
    }

    private static void Write(in Sha1State state, Span<byte> code)
    {
        for (var word = 0; word < Sha1State.WordCount; word++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(code[(4 * word)..], state[word]);
        }
    }

    private static void Hash(ReadOnlySpan<byte> key, Span<byte> digest)
    {
        Sha1Context context;
        fixed (byte* keyPointer = key)
        fixed (byte* digestPointer = digest)
        {
            OpenSslException.ThrowUnlessOne(
                LibCrypto.SHA1_Init(&context),
                nameof(LibCrypto.SHA1_Init)
            );
            OpenSslException.ThrowUnlessOne(
                LibCrypto.SHA1_Update(&context, keyPointer, (nuint)key.Length),
                nameof(LibCrypto.SHA1_Update)
            );
            OpenSslException.ThrowUnlessOne(
                LibCrypto.SHA1_Final(digestPointer, &context),
                nameof(LibCrypto.SHA1_Final)
            );
        }
    }

    private static Sha1State AfterKey(ReadOnlySpan<byte> key, byte pad)
    {
        var block = stackalloc byte[BlockBytes];
        for (var index = 0; index < BlockBytes; index++)
        {
            block[index] = (byte)(key[index] ^ pad);
        }

        Sha1Context context;
        OpenSslException.ThrowUnlessOne(LibCrypto.SHA1_Init(&context), nameof(LibCrypto.SHA1_Init));
        LibCrypto.SHA1_Transform(&context, block);
        CryptographicOperations.ZeroMemory(new Span<byte>(block, BlockBytes));
        return context.State;
    }
}
