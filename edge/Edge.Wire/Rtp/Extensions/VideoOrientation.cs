namespace Edge.Wire.Rtp.Extensions;

/// <summary>How a picture must be turned before it is shown (3GPP TS 26.114 §7.4.5).</summary>
/// <param name="IsBackCamera">Whether the camera faces away from the user.</param>
/// <param name="IsFlipped">Whether left and right are swapped.</param>
/// <param name="RotationDegrees">0, 90, 180 or 270.</param>
public readonly record struct VideoOrientation(
    bool IsBackCamera,
    bool IsFlipped,
    int RotationDegrees
)
{
    /// <summary>Bytes of the element's data.</summary>
    public const int Bytes = 1;

    private const byte BackCameraBit = 0x08;
    private const byte FlipBit = 0x04;

    // +-------+-+-+---+
    // |   0   |C|F| R |  R: quarter turns
    // +-------+-+-+---+

    /// <summary>Reads the orientation; false when there is none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> data, out VideoOrientation orientation)
    {
        if (data.IsEmpty)
        {
            orientation = default;
            return false;
        }

        orientation = new VideoOrientation(
            (data[0] & BackCameraBit) != 0,
            (data[0] & FlipBit) != 0,
            (data[0] & 3) * 90
        );
        return true;
    }

    /// <summary>Writes the orientation; returns its bytes, 0 when it does not fit.</summary>
    public int Write(Span<byte> destination)
    {
        if (destination.IsEmpty)
        {
            return 0;
        }

        destination[0] = (byte)(
            (IsBackCamera ? BackCameraBit : 0)
            | (IsFlipped ? FlipBit : 0)
            | ((RotationDegrees / 90) & 3)
        );
        return Bytes;
    }
}
