using Edge.Wire.Bits;

namespace Edge.Wire.Payload;

/// <summary>The sequence header of AV1, as far as the largest frame's size.</summary>
/// <remarks>Source: AV1 bitstream specification §5.5.1, §5.5.3-5.5.5.</remarks>
internal static class Av1SequenceHeader
{
    private const int LevelWithTierMin = 8;

    /// <summary>Reads the size; false when the header is cut off.</summary>
    public static bool TryReadSize(ReadOnlySpan<byte> content, out VideoSize size)
    {
        size = default;
        var reader = new BitReader(content);

        // Passed over: seq_profile and still_picture.
        reader.Skip(4);
        var isReduced = reader.ReadFlag();
        if (isReduced)
        {
            // Passed over: seq_level_idx.
            reader.Skip(5);
        }
        else
        {
            var delayBits = SkipTimingInformation(ref reader);
            SkipOperatingPoints(ref reader, delayBits);
        }

        var widthBits = (int)reader.ReadBits(4) + 1;
        var heightBits = (int)reader.ReadBits(4) + 1;
        var width = (int)reader.ReadBits(widthBits) + 1;
        var height = (int)reader.ReadBits(heightBits) + 1;
        if (reader.HasOverrun)
        {
            return false;
        }

        size = new VideoSize(width, height);
        return true;
    }

    /// <summary>Returns the bits of a buffer delay, 0 when there is no decoder model.</summary>
    private static int SkipTimingInformation(ref BitReader reader)
    {
        if (!reader.ReadFlag())
        {
            return 0;
        }

        // Passed over: num_units_in_display_tick and time_scale.
        reader.Skip(64);
        if (reader.ReadFlag())
        {
            SkipVariableLength(ref reader);
        }

        if (!reader.ReadFlag())
        {
            return 0;
        }

        var delayBits = (int)reader.ReadBits(5) + 1;

        // Passed over: num_units_in_decoding_tick and two lengths.
        reader.Skip(32 + 5 + 5);
        return delayBits;
    }

    private static void SkipOperatingPoints(ref BitReader reader, int delayBits)
    {
        var hasDisplayDelay = reader.ReadFlag();
        for (var points = reader.ReadBits(5) + 1; points > 0; points--)
        {
            // Passed over: operating_point_idc.
            reader.Skip(12);
            var level = reader.ReadBits(5);
            reader.Skip(level >= LevelWithTierMin ? 1 : 0);
            if (delayBits > 0 && reader.ReadFlag())
            {
                reader.Skip(2 * delayBits + 1);
            }

            if (hasDisplayDelay && reader.ReadFlag())
            {
                reader.Skip(4);
            }
        }
    }

    /// <summary>uvlc(): as many bits as zeros before the first one (AV1 §4.10.3).</summary>
    private static void SkipVariableLength(ref BitReader reader)
    {
        var zeros = 0;
        while (!reader.HasOverrun && !reader.ReadFlag())
        {
            zeros++;
        }

        reader.Skip(zeros >= 32 ? 0 : zeros);
    }
}
