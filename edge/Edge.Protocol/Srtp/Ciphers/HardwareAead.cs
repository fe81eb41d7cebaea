using System.Runtime.Intrinsics;
using Edge.Primitives;

namespace Edge.Protocol.Srtp.Ciphers;

/// <summary>AES-GCM on the processor's own instructions (SP 800-38D).</summary>
/// <remarks>No table is looked up and no branch taken by a secret; lengths are none. Memory: some 600 bytes with
/// the keys.</remarks>
/// <typeparam name="TSum">How pairs of blocks are multiplied.</typeparam>
internal sealed class HardwareAead<TSum> : ISrtpAead
    where TSum : struct, IGhashSum<TSum>
{
    private const int TagBytes = 16;

    private readonly SrtpDirection _direction;
    private AesKeySchedule _key;
    private GhashKey _hashKey;

    /// <summary>Makes a cipher; the key has 16 or 32 bytes.</summary>
    public HardwareAead(ReadOnlySpan<byte> key, SrtpDirection direction)
    {
        _direction = direction;
        _key = new AesKeySchedule(key);
        _hashKey = new GhashKey(_key.Encrypt(Vector128<byte>.Zero));
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
            || iv.Length != GcmPacket<TSum>.IvBytes
            || _key.IsErased
        )
        {
            return false;
        }

        var text = new SplitText(plain, destination, GcmPacket<TSum>.FirstBytes);
        var packet = new GcmPacket<TSum>(ref _key, ref _hashKey, iv, SrtpDirection.Protect);
        packet.Associate(associated);
        packet.Transform(text, destination).CopyTo(tag);
        return true;
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
            || iv.Length != GcmPacket<TSum>.IvBytes
            || _key.IsErased
        )
        {
            return false;
        }

        var inPlace = new SplitText(text);
        var packet = new GcmPacket<TSum>(ref _key, ref _hashKey, iv, SrtpDirection.Unprotect);
        packet.Associate(associated);
        var expected = packet.Transform(inPlace, text);
        // All bytes by one comparison: it cannot end early (and FixedTimeEquals takes 45 ns).
        return expected == Vector128.Create(tag);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _key.Erase();
        _hashKey.Erase();
    }
}
