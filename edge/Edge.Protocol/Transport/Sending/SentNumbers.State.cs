using Edge.Protocol.Congestion.Sending;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How it goes on in another process, where whoever sends probes begins without one under way.</content>
internal sealed partial class SentNumbers
{
    private SentNumbers()
    {
        Bandwidth = new SendBandwidth(new SendBandwidthOptions());
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
        var numbers = new SentNumbers { _areWritten = reader.Bool(), Next = reader.UInt16() };
        numbers.Bandwidth.Read(ref reader);
        reader.End(outer);
        return numbers;
    }
}
