namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Units, offsets and symbols that reader and writer of transport-wide feedback share
/// (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).</summary>
internal static class TransportFeedbackFormat
{
    /// <summary>Base sequence, status count, reference time and feedback count.</summary>
    public const int FixedBytes = 8;

    public const int ChunkBytes = 2;

    /// <summary>The reference time counts 64 ms.</summary>
    public const long ReferenceTicks = 64 * TimeSpan.TicksPerMillisecond;

    /// <summary>Deltas count 250 us.</summary>
    public const long DeltaTicks = 250 * TimeSpan.TicksPerMicrosecond;

    public const long DeltasPerReference = ReferenceTicks / DeltaTicks;

    public const int RunLengthMax = 0x1FFF;
    public const int OneBitSymbols = 14;
    public const int TwoBitSymbols = 7;

    public const int Lost = 0;
    public const int SmallDelta = 1;
    public const int LargeDelta = 2;
    public const int Reserved = 3;

    public const ushort VectorBit = 0x8000;
    public const ushort TwoBitBit = 0x4000;

    /// <summary>How many statuses a chunk describes.</summary>
    public static int SymbolCount(ushort chunk) =>
        (chunk & VectorBit) == 0 ? chunk & RunLengthMax
        : (chunk & TwoBitBit) == 0 ? OneBitSymbols
        : TwoBitSymbols;

    /// <summary>One of the statuses of a chunk.</summary>
    public static int Symbol(ushort chunk, int index) =>
        (chunk & VectorBit) == 0 ? (chunk >> 13) & 3
        : (chunk & TwoBitBit) == 0 ? (chunk >> (OneBitSymbols - 1 - index)) & 1
        : (chunk >> (2 * (TwoBitSymbols - 1 - index))) & 3;

    /// <summary>Bytes of the delta that goes with a symbol: its value, by design of the format.</summary>
    public static int DeltaBytes(int symbol) => symbol;
}
