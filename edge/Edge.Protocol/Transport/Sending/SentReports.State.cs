using Edge.Wire.State;

namespace Edge.Protocol.Transport.Sending;

/// <content>How they come into another process.</content>
internal sealed partial class SentReports
{
    /// <summary>Writes the reports that may be echoed, the oldest first.</summary>
    public void Write(StateWriter writer)
    {
        var list = writer.Begin();
        for (var index = 0; index < Count; index++)
        {
            var (middle, at) = _reports[(_next + index) % Count];
            if (middle != 0)
            {
                writer.UInt(middle);
                writer.Moment(at);
            }
        }

        writer.End(list);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var list = reader.Begin(2 * Count, out var values);
        for (var index = 0; index < values / 2; index++)
        {
            _reports[index] = (reader.UInt32(), reader.Moment());
        }

        _next = values / 2 % Count;
        reader.End(list);
    }
}
