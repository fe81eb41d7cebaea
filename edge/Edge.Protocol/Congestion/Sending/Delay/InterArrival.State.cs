using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending.Delay;

/// <content>How it goes on in another process.</content>
internal sealed partial class InterArrival
{
    /// <summary>Writes what it knows.</summary>
    public void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        _current.Write(writer);
        _previous.Write(writer);
        writer.UInt((ulong)_backwards);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    public void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        _current = Group.Read(ref reader);
        _previous = Group.Read(ref reader);
        _backwards = reader.Int32(BackwardsMax);
        reader.End(outer);
    }

    private partial struct Group
    {
        public readonly void Write(StateWriter writer)
        {
            if (!IsStarted)
            {
                writer.Nothing();
                return;
            }

            var outer = writer.Begin();
            writer.Moment(FirstSentAt);
            writer.Moment(LastSentAt);
            writer.Duration(FirstArrival);
            writer.Duration(LastArrival);
            writer.End(outer);
        }

        public static Group Read(ref StateReader reader)
        {
            if (reader.IsNothing())
            {
                return default;
            }

            var outer = reader.BeginWhole(valuesMin: 4);
            var group = new Group
            {
                IsStarted = true,
                FirstSentAt = reader.Moment(),
                LastSentAt = reader.Moment(),
                FirstArrival = reader.Span(),
                LastArrival = reader.Span(),
            };
            reader.End(outer);
            return group;
        }
    }
}
