using Edge.Primitives;
using Edge.Protocol.Congestion.Sending;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on in another process, where whoever sends probes begins without one under way.</content>
internal sealed partial class SentNumbers
{
    private SentNumbers(SendBandwidthOptions options)
    {
        Bandwidth = new SendBandwidth(options);
    }

    /// <summary>Writes the next number, and what was learnt of the path.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Bool(_areWritten);
        writer.UInt(Next);
        Bandwidth.Write(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public static SentNumbers Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        var numbers = new SentNumbers(new SendBandwidthOptions())
        {
            _areWritten = reader.Bool(),
            Next = reader.UInt16(),
        };
        numbers.Bandwidth.Read(ref reader);
        reader.End(outer);
        return numbers;
    }

    /// <summary>One that knows no more of the path than its estimate: what was in flight is not known, nor what became of it.</summary>
    public SentNumbers BeginAnew()
    {
        var options = new SendBandwidthOptions();
        var start = Bitrate.Min(Bitrate.Max(Bandwidth.Estimate, options.Min), options.Max);
        return new(options with { Start = start }) { _areWritten = _areWritten, Next = Next };
    }

    /// <summary>So many numbers may have been used by a former owner.</summary>
    public void Skip(int packets) => Next = unchecked((ushort)(Next + packets));
}
