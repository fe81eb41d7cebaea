using Edge.Wire.Bits;

namespace Edge.Wire.Payload;

/// <summary>The start of a VP9 frame, as far as a key frame's size.</summary>
/// <remarks>Source: VP9 bitstream and decoding process specification, §6.2 and §7.2.</remarks>
internal static class Vp9FrameHeader
{
    private const uint FrameMarker = 2;
    private const uint SyncCode = 0x498342;
    private const uint ColorSpaceRgb = 7;

    /// <summary>Reads the size; false when the frame is no key frame or is cut off.</summary>
    public static bool TryReadKeyFrameSize(ReadOnlySpan<byte> frame, out VideoSize size)
    {
        size = default;
        var reader = new BitReader(frame);
        if (reader.ReadBits(2) != FrameMarker)
        {
            return false;
        }

        var profile = reader.ReadBits(1) | (reader.ReadBits(1) << 1);
        reader.Skip(profile == 3 ? 1 : 0);
        var showsExisting = reader.ReadFlag();
        var isInter = reader.ReadFlag();

        // Passed over: show_frame and error_resilient_mode.
        reader.Skip(2);
        if (showsExisting || isInter || reader.ReadBits(24) != SyncCode)
        {
            return false;
        }

        SkipColorConfig(ref reader, profile);
        var width = (int)reader.ReadBits(16) + 1;
        var height = (int)reader.ReadBits(16) + 1;
        if (reader.HasOverrun)
        {
            return false;
        }

        size = new VideoSize(width, height);
        return true;
    }

    private static void SkipColorConfig(ref BitReader reader, uint profile)
    {
        reader.Skip(profile >= 2 ? 1 : 0);
        var hasSubsampling = profile is 1 or 3;
        if (reader.ReadBits(3) == ColorSpaceRgb)
        {
            reader.Skip(hasSubsampling ? 1 : 0);
        }
        else
        {
            reader.Skip(hasSubsampling ? 4 : 1);
        }
    }
}
