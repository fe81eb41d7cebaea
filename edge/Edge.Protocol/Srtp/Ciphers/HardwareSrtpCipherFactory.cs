using System.Runtime.Intrinsics.X86;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>Makes SRTP ciphers on the processor's AES and carry-less multiplication; HMAC-SHA1, for which .NET has
/// no instructions, comes from another factory.</summary>
/// <remarks>The kind is chosen here, once for each cipher; on the packet path nothing asks.</remarks>
public sealed class HardwareSrtpCipherFactory : ISrtpCipherFactory
{
    private readonly ISrtpCipherFactory _others;
    private readonly GhashKind _kind;

    /// <summary>Takes the best that this processor has.</summary>
    /// <param name="others">Makes what this does not.</param>
    public HardwareSrtpCipherFactory(ISrtpCipherFactory others)
        : this(others, BestKind) { }

    /// <summary>Takes one kind; for tests.</summary>
    internal HardwareSrtpCipherFactory(ISrtpCipherFactory others, GhashKind kind)
    {
        _others = others;
        _kind = kind;
    }

    /// <summary>Whether this processor has what is needed: AES, PCLMULQDQ and AVX2 (since 2013).</summary>
    public static bool IsSupported =>
        System.Runtime.Intrinsics.X86.Aes.IsSupported && Pclmulqdq.IsSupported && Avx2.IsSupported;

    /// <inheritdoc/>
    public string Description =>
        _kind == GhashKind.Pairs
            ? $"AES-NI and VPCLMULQDQ; HMAC-SHA1 of {_others.Description}"
            : $"AES-NI and PCLMULQDQ; HMAC-SHA1 of {_others.Description}";

    /// <summary>The best that this processor has.</summary>
    internal static GhashKind BestKind =>
#if NET10_0_OR_GREATER
        Pclmulqdq.V256.IsSupported ? GhashKind.Pairs : GhashKind.Blocks;
#else
        GhashKind.Blocks; // .NET 9 knows no wider multiplication.
#endif

    /// <inheritdoc/>
    public ISrtpAead CreateAead(ReadOnlySpan<byte> key, SrtpDirection direction)
    {
#if NET10_0_OR_GREATER
        if (_kind == GhashKind.Pairs)
        {
            return new HardwareAead<GhashPairSum>(key, direction);
        }
#endif
        return new HardwareAead<GhashSum>(key, direction);
    }

    /// <inheritdoc/>
    public ISrtpKeyStream CreateKeyStream(ReadOnlySpan<byte> key) => new HardwareKeyStream(key);

    /// <inheritdoc/>
    public ISrtpAuthenticator CreateAuthenticator(ReadOnlySpan<byte> key) =>
        _others.CreateAuthenticator(key);
}
