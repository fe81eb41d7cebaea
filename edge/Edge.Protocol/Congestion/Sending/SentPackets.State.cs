using System.Numerics;
using Edge.Wire.State;

namespace Edge.Protocol.Congestion.Sending;

/// <content>How it goes on in another process: with the packets under way, and those that may yet be told of otherwise.</content>
public sealed partial class SentPackets
{
    /// <summary>Packets that come along although they were told of: overtaken ones are told lost at first. Chosen: more
    /// than are overtaken within a feedback interval.</summary>
    private const int ToldKept = 64;

    /// <summary>Writes what feedback can still be about.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.Unwrapper(in _unwrapper);
        _clock.Write(writer);
        writer.Moment(_sentAt);
        writer.Duration(_lastArrival);
        writer.UInt((ulong)_landed);
        writer.UInt((ulong)_vainLeft);
        writer.Bool(_isTight);
        writer.UInt((ulong)_entries.Length);
        var list = writer.Begin();
        var first = Math.Max(_oldest, _landed - ToldKept);
        for (var number = first; _unwrapper.IsStarted && number <= _unwrapper.Highest; number++)
        {
            _entries[Index(number)].Write(writer);
        }

        writer.End(list);
        writer.End(outer);
    }

    /// <summary>Reads what was written; nothing may have been sent yet.</summary>
    internal void Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 9);
        _unwrapper = reader.Unwrapper();
        _clock.Read(ref reader);
        _sentAt = reader.Moment();
        _lastArrival = reader.Span();
        _landed = reader.Count();
        _vainLeft = reader.Int32(VainMax);
        _isTight = reader.Bool();
        ReadEntries(ref reader, capacity: reader.Int32(int.MaxValue));
        reader.End(outer);
    }

    private void ReadEntries(ref StateReader reader, int capacity)
    {
        var list = reader.Begin(CapacityMax, out var count);
        var room = Math.Clamp(Math.Max(capacity, count), CapacityMin, CapacityMax);
        _entries = new SentEntry[(int)BitOperations.RoundUpToPowerOf2((uint)room)];
        _oldest = _unwrapper.Highest - count + 1;
        for (var index = 0; index < count; index++)
        {
            var entry = SentEntry.Read(ref reader);
            _entries[Index(_oldest + index)] = entry;
            InFlightBytes += _oldest + index > _landed ? entry.Bytes : 0;
        }

        reader.End(list);
        // Those up to the oldest are in flight no more; one may not have landed that was never sent.
        _landed = Math.Clamp(_landed, _oldest - 1, Math.Max(_oldest - 1, _unwrapper.Highest));
        if (_oldest < 0)
        {
            reader.Break();
        }
    }
}
