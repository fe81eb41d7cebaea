using System.Buffers.Binary;
using Edge.Primitives;

namespace Edge.Wire.Rtcp.Feedback;

/// <summary>Writes transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1).</summary>
public static class TransportFeedbackWriter
{
    /// <summary>Most statuses in one block. Chosen: 100 ms at 300 Mbit/s of 1000-byte packets; a
    /// window of more is written as several blocks.</summary>
    public const int StatusCountMax = 4096;

    /// <summary>The arrival of a packet that did not come: <see cref="Instant.Never"/>.</summary>
    private const long NeverTicks = long.MaxValue;

    private const int HeaderBytes = RtcpHeader.FeedbackBytes + TransportFeedbackFormat.FixedBytes;

    /// <summary>Writes one block about as much of a window as one block can tell.</summary>
    /// <remarks>
    /// A block ends before a packet whose delta does not fit 16 bits (8.19 s), before the first chunk
    /// or delta that does not fit the destination, and after <see cref="StatusCountMax"/> statuses; the
    /// caller goes on with the rest under the next feedback count. Arrivals are rounded down to 250 us,
    /// and the error does not add up.
    /// </remarks>
    /// <returns>The length; 0 when nothing was written and the destination left alone. Then
    /// <paramref name="consumed"/> tells why: 0, the destination is too short; more, so many packets
    /// from the first were all lost, and there is no arrival to refer to: go on behind them.</returns>
    /// <param name="destination">Where to write.</param>
    /// <param name="sender">Who received.</param>
    /// <param name="media">A source of the packets.</param>
    /// <param name="baseSequence">The transport-wide number of the window's first packet.</param>
    /// <param name="arrivalTicks">When each packet came (<see cref="Instant.Ticks"/>), or the ticks of
    /// <see cref="Instant.Never"/> for those that did not.</param>
    /// <param name="feedbackCount">One more than in the block before.</param>
    /// <param name="consumed">How many packets of the window were told about.</param>
    [HotPath]
    public static int Write(
        Span<byte> destination,
        Ssrc sender,
        Ssrc media,
        ushort baseSequence,
        ReadOnlySpan<long> arrivalTicks,
        byte feedbackCount,
        out int consumed
    )
    {
        var window = arrivalTicks[..Math.Min(arrivalTicks.Length, StatusCountMax)];
        var firstReceived = window.IndexOfAnyExcept(NeverTicks);
        if (firstReceived < 0)
        {
            consumed = window.Length;
            return 0;
        }

        var reference = FloorDivide(window[firstReceived], TransportFeedbackFormat.ReferenceTicks);
        Span<byte> symbols = stackalloc byte[StatusCountMax];
        symbols = symbols[..Classify(window, reference, symbols)];
        consumed = Plan(symbols, destination.Length, out var chunkBytes, out var deltaBytes);
        if (consumed <= firstReceived)
        {
            consumed = 0;
            return 0;
        }

        var used = HeaderBytes + chunkBytes + deltaBytes;
        var length = (used + 3) & ~3;
        RtcpHeader.WriteFeedback(
            destination,
            RtcpPacketType.TransportFeedback,
            RtcpFormat.TransportWide,
            length,
            sender.Value,
            media.Value,
            hasPadding: length != used
        );
        var control = destination[RtcpHeader.FeedbackBytes..];
        BinaryPrimitives.WriteUInt16BigEndian(control, baseSequence);
        BinaryPrimitives.WriteUInt16BigEndian(control[2..], (ushort)consumed);
        BinaryPrimitives.WriteInt32BigEndian(
            control[4..],
            unchecked((int)reference << 8) | feedbackCount
        );
        WriteChunks(destination[HeaderBytes..], symbols, consumed);
        WriteDeltas(
            destination[(HeaderBytes + chunkBytes)..],
            window[..consumed],
            symbols,
            reference
        );
        WritePadding(destination[used..length]);
        return length;
    }

    /// <summary>Gives each packet its symbol, up to the first whose delta fits none.</summary>
    private static int Classify(ReadOnlySpan<long> window, long reference, Span<byte> symbols)
    {
        var last = reference * TransportFeedbackFormat.DeltasPerReference;
        for (var index = 0; index < window.Length; index++)
        {
            if (window[index] == NeverTicks)
            {
                symbols[index] = TransportFeedbackFormat.Lost;
                continue;
            }

            var arrival = FloorDivide(window[index], TransportFeedbackFormat.DeltaTicks);
            var delta = arrival - last;
            if (delta is < short.MinValue or > short.MaxValue)
            {
                return index;
            }

            symbols[index] = delta is >= 0 and <= byte.MaxValue
                ? (byte)TransportFeedbackFormat.SmallDelta
                : (byte)TransportFeedbackFormat.LargeDelta;
            last = arrival;
        }

        return window.Length;
    }

    /// <summary>How many statuses fit the destination, and the bytes they take.</summary>
    private static int Plan(
        ReadOnlySpan<byte> symbols,
        int destinationLength,
        out int chunkBytes,
        out int deltaBytes
    )
    {
        // Blocks are whole words, so only whole words of the destination can be used.
        var room = (destinationLength & ~3) - HeaderBytes;
        var count = 0;
        chunkBytes = 0;
        deltaBytes = 0;
        while (count < symbols.Length)
        {
            room -= TransportFeedbackFormat.ChunkBytes;
            if (room < 0)
            {
                break;
            }

            var inChunk = CountInChunk(symbols[count..], out _);
            var taken = 0;
            while (taken < inChunk)
            {
                var bytes = TransportFeedbackFormat.DeltaBytes(symbols[count + taken]);
                if (bytes > room)
                {
                    break;
                }

                room -= bytes;
                deltaBytes += bytes;
                taken++;
            }

            if (taken > 0)
            {
                chunkBytes += TransportFeedbackFormat.ChunkBytes;
                count += taken;
            }

            if (taken < inChunk)
            {
                break;
            }
        }

        return count;
    }

    /// <summary>How many of the symbols the next chunk takes: the longest of a run and a vector.</summary>
    /// <param name="symbols">All symbols not taken yet, those beyond the planned end too, so that plan
    /// and writing choose alike.</param>
    /// <param name="symbolBits">0 for a run, else the bits of a symbol in the vector.</param>
    private static int CountInChunk(ReadOnlySpan<byte> symbols, out int symbolBits)
    {
        var ahead = symbols[..Math.Min(symbols.Length, TransportFeedbackFormat.OneBitSymbols)];
        symbolBits = ahead.Contains((byte)TransportFeedbackFormat.LargeDelta) ? 2 : 1;
        var inVector =
            symbolBits == 1
                ? ahead.Length
                : Math.Min(symbols.Length, TransportFeedbackFormat.TwoBitSymbols);
        var run = symbols.IndexOfAnyExcept(symbols[0]);
        run = Math.Min(run < 0 ? symbols.Length : run, TransportFeedbackFormat.RunLengthMax);
        if (run < inVector)
        {
            return inVector;
        }

        symbolBits = 0;
        return run;
    }

    private static void WriteChunks(Span<byte> chunks, ReadOnlySpan<byte> symbols, int count)
    {
        for (var start = 0; start < count; )
        {
            var inChunk = CountInChunk(symbols[start..], out var symbolBits);
            inChunk = Math.Min(inChunk, count - start);
            var chunk = symbolBits switch
            {
                0 => (symbols[start] << 13) | inChunk,
                1 => TransportFeedbackFormat.VectorBit,
                _ => TransportFeedbackFormat.VectorBit | TransportFeedbackFormat.TwoBitBit,
            };
            for (var index = 0; symbolBits != 0 && index < inChunk; index++)
            {
                var shift = TransportFeedbackFormat.OneBitSymbols - symbolBits * (index + 1);
                chunk |= symbols[start + index] << shift;
            }

            BinaryPrimitives.WriteUInt16BigEndian(chunks, (ushort)chunk);
            chunks = chunks[TransportFeedbackFormat.ChunkBytes..];
            start += inChunk;
        }
    }

    private static void WriteDeltas(
        Span<byte> deltas,
        ReadOnlySpan<long> window,
        ReadOnlySpan<byte> symbols,
        long reference
    )
    {
        var last = reference * TransportFeedbackFormat.DeltasPerReference;
        for (var index = 0; index < window.Length; index++)
        {
            int symbol = symbols[index];
            if (symbol == TransportFeedbackFormat.Lost)
            {
                continue;
            }

            var arrival = FloorDivide(window[index], TransportFeedbackFormat.DeltaTicks);
            if (symbol == TransportFeedbackFormat.SmallDelta)
            {
                deltas[0] = (byte)(arrival - last);
            }
            else
            {
                BinaryPrimitives.WriteInt16BigEndian(deltas, (short)(arrival - last));
            }

            deltas = deltas[TransportFeedbackFormat.DeltaBytes(symbol)..];
            last = arrival;
        }
    }

    private static void WritePadding(Span<byte> padding)
    {
        padding.Clear();
        if (!padding.IsEmpty)
        {
            padding[^1] = (byte)padding.Length;
        }
    }

    /// <summary>Division that rounds down for instants before the origin too.</summary>
    private static long FloorDivide(long value, long divisor)
    {
        var quotient = value / divisor;
        return value < quotient * divisor ? quotient - 1 : quotient;
    }
}
