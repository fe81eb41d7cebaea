namespace Edge.Wire.Tests.Rtp;

/// <summary>RTP read the plain way, with exceptions and lists, to compare the real reader with.</summary>
internal sealed class SlowRtpPacket
{
    public required int HeaderLength { get; init; }
    public required int PaddingLength { get; init; }
    public required int Profile { get; init; }
    public required List<(int Id, byte[] Data)> Extensions { get; init; }

    public static SlowRtpPacket? Parse(byte[] packet)
    {
        try
        {
            return packet[0] >> 6 == 2 ? ParseVersion2(packet) : null;
        }
        catch (Exception failure)
            when (failure is IndexOutOfRangeException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static SlowRtpPacket? ParseVersion2(byte[] packet)
    {
        var at = 12 + 4 * (packet[0] % 16);
        _ = packet[at - 1];
        var profile = 0;
        List<(int, byte[])> extensions = [];
        if (packet[0] / 16 % 2 == 1)
        {
            profile = packet[at] * 256 + packet[at + 1];
            var end = at + 4 + 4 * (packet[at + 2] * 256 + packet[at + 3]);
            var block = packet[(at + 4)..end];
            extensions =
                profile == 0xBEDE ? OneByte(block)
                : profile / 16 == 0x100 ? TwoByte(block)
                : [];
            at = end;
        }

        var padding = packet[0] / 32 % 2 == 1 ? (packet.Length > at ? packet[^1] : 0) : 0;
        if (packet[0] / 32 % 2 == 1 && (padding == 0 || padding > packet.Length - at))
        {
            return null;
        }

        return new()
        {
            HeaderLength = at,
            PaddingLength = padding,
            Profile = profile,
            Extensions = extensions,
        };
    }

    private static List<(int, byte[])> OneByte(byte[] block)
    {
        List<(int, byte[])> found = [];
        for (var at = 0; at < block.Length; )
        {
            if (block[at] == 0)
            {
                at++;
                continue;
            }

            var id = block[at] / 16;
            var length = block[at] % 16 + 1;
            if (id is 0 or 15 || at + 1 + length > block.Length)
            {
                break;
            }

            found.Add((id, block[(at + 1)..(at + 1 + length)]));
            at += 1 + length;
        }

        return found;
    }

    private static List<(int, byte[])> TwoByte(byte[] block)
    {
        List<(int, byte[])> found = [];
        for (var at = 0; at < block.Length; )
        {
            if (block[at] == 0)
            {
                at++;
                continue;
            }

            if (at + 1 >= block.Length || at + 2 + block[at + 1] > block.Length)
            {
                break;
            }

            found.Add((block[at], block[(at + 2)..(at + 2 + block[at + 1])]));
            at += 2 + block[at + 1];
        }

        return found;
    }
}
