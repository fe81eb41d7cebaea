namespace Edge.Wire.Tests.Rtcp;

/// <summary>Transport-wide feedback read the plain way, to compare the real reader with.</summary>
internal static class SlowTransportFeedback
{
    /// <summary>Symbols and deltas of a block's body; null when it is malformed.</summary>
    public static List<(int Symbol, int Delta)>? Read(byte[] body)
    {
        try
        {
            var count = body[10] * 256 + body[11];
            _ = body[15];
            var at = 16;
            List<int> symbols = [];
            while (symbols.Count < count)
            {
                var chunk = body[at] * 256 + body[at + 1];
                at += 2;
                if (chunk < 0x8000)
                {
                    symbols.AddRange(Enumerable.Repeat(chunk / 0x2000, chunk % 0x2000));
                    continue;
                }

                var bits = chunk < 0xC000 ? 1 : 2;
                for (var shift = 14 - bits; shift >= 0; shift -= bits)
                {
                    symbols.Add((chunk >> shift) % (1 << bits));
                }
            }

            List<(int, int)> statuses = [];
            foreach (var symbol in symbols.Take(count))
            {
                var delta = symbol switch
                {
                    0 => 0,
                    1 => body[at],
                    2 => (sbyte)body[at] * 256 + body[at + 1],
                    _ => throw new InvalidDataException(),
                };
                at += symbol;
                statuses.Add((symbol, delta));
            }

            return statuses;
        }
        catch (Exception failure) when (failure is IndexOutOfRangeException or InvalidDataException)
        {
            return null;
        }
    }
}
