using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How they go on in another process.</content>
public partial struct ReceptionStatistics
{
    private const double JitterMax = uint.MaxValue;

    /// <summary>Writes the counts; the transit, which lies between two clocks, as seen from now.</summary>
    internal readonly void Write(StateWriter writer, uint clockRate)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)_firstSequence);
        writer.UInt((ulong)_highestSequence);
        writer.UInt((ulong)_received);
        writer.Int(_expectedPrior);
        writer.Int(_receivedPrior);
        writer.Number(_jitter);
        writer.Bool(_hasTransit);
        writer.UInt(unchecked((uint)_previousTransit - InUnits(writer.Now, clockRate)));
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    internal static ReceptionStatistics Read(ref StateReader reader, uint clockRate)
    {
        var outer = reader.BeginWhole(valuesMin: 8);
        var statistics = new ReceptionStatistics
        {
            _firstSequence = reader.Count(),
            _highestSequence = reader.Count(),
            _received = reader.Count(),
            _expectedPrior = reader.Count(),
            _receivedPrior = reader.Count(),
            _jitter = reader.NumberWithin(0, JitterMax),
            _hasTransit = reader.Bool(),
            _previousTransit = unchecked((int)(reader.UInt32() + InUnits(reader.Now, clockRate))),
        };
        reader.End(outer);
        return statistics;
    }
}
