namespace Edge.Forwarding.Tests.Thinning;

/// <summary>Descriptors as Chromium 156 sent them (design/protocols.md §3.3): the captured structure, and its
/// templates for the frames behind it.</summary>
internal static class CapturedDescriptors
{
    /// <summary>L3T3_KEY of VP9; of the capture's mask, which knew one spatial layer, all bits are set.</summary>
    public static byte[] ThreeByThree(LayeredFrame frame)
    {
        if (frame.IsKey && frame.Spatial == 0)
        {
            var key = Convert.FromHexString(DescriptorReaderTests.ThreeByThreeKey);
            // Without the mask's flag the nine bits of the mask are padding: all targets are active.
            key[3] &= 0xBF;
            return Numbered(key, frame);
        }

        var place = frame.IsKey ? 0 : 1 + PlaceOf(frame);
        return Numbered([(byte)(0xC0 | ((5 * frame.Spatial) + place)), 0, 0], frame);
    }

    /// <summary>L1T3 of VP8.</summary>
    public static byte[] Vp8(LayeredFrame frame)
    {
        if (frame.IsKey)
        {
            return Numbered(Convert.FromHexString(DescriptorReaderTests.Vp8Key), frame);
        }

        var template = frame.Temporal switch
        {
            0 => frame.Indications[2] == 'S' ? 1 : 2,
            1 => frame.IsSync ? 3 : 4,
            _ => frame.IsSync ? 5 : 6,
        };
        return Numbered([(byte)(0xC0 | template), 0, 0], frame);
    }

    /// <summary>The templates of a spatial layer: of T0, of T1, of T2 behind either.</summary>
    private static int PlaceOf(LayeredFrame frame) =>
        frame.Temporal switch
        {
            0 => 0,
            1 => 1,
            _ => frame.IsSync ? 2 : 3,
        };

    private static byte[] Numbered(byte[] descriptor, LayeredFrame frame)
    {
        descriptor[1] = (byte)(frame.Number >> 8);
        descriptor[2] = (byte)frame.Number;
        return descriptor;
    }
}
