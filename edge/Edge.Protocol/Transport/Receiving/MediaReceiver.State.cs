using Edge.Primitives;
using Edge.Wire.State;

namespace Edge.Protocol.Transport.Receiving;

/// <content>How it goes on in another process.</content>
public sealed partial class MediaReceiver
{
    private const int CnameBytesMax = 255; // RFC 3550 §6.5.

    /// <summary>The bridge to wall time.</summary>
    internal ClockAnchor Clock => _clock;

    /// <summary>Writes sections, sources and what is due.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt(_feedback.LocalSsrc.Value);
        writer.Bytes(_feedback.Cname);
        _sections.Write(writer);
        _demultiplexer.Write(writer);
        _feedback.Write(writer);
        writer.UInt(_transportSequenceId);
        writer.Duration(_publisherClock);
        writer.Bool(_hasPublisherClock);
        writer.Bool(_hasClaims);
        writer.UInt((ulong)PaddingPackets);
        WriteEvents(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="clock">The bridge to wall time of this process.</param>
    internal static MediaReceiver Read(ref StateReader reader, ClockAnchor clock)
    {
        var outer = reader.BeginWhole(valuesMin: 11);
        var ssrc = new Ssrc(reader.UInt32());
        var cname = System.Text.Encoding.ASCII.GetString(reader.Bytes(CnameBytesMax));
        var receiver = new MediaReceiver([], ssrc, cname, clock, reader.Now);
        receiver._sections.Read(ref reader);
        receiver._demultiplexer.Read(ref reader);
        receiver._feedback.Read(ref reader);
        receiver._transportSequenceId = reader.UInt8();
        receiver._publisherClock = reader.Span();
        receiver._hasPublisherClock = reader.Bool();
        receiver._hasClaims = reader.Bool();
        receiver.PaddingPackets = reader.Count();
        receiver.ReadEvents(ref reader);
        reader.End(outer);
        return receiver;
    }

    /// <summary>Raises nothing any more: another process has what was to be raised.</summary>
    internal void Abandon()
    {
        _events.Clear();
        _hasClaims = false;
    }

    /// <summary>Goes on where what came since it was written is not known: sources and their clocks are the same, numbers begin
    /// anew.</summary>
    internal void BeginAnew()
    {
        foreach (var section in _sections.Items)
        {
            foreach (var stream in section.Layers)
            {
                stream.BeginAnew();
            }
        }

        _feedback.TransportFeedback?.BeginAnew();
    }

    private void WriteEvents(StateWriter writer)
    {
        var list = writer.Begin();
        foreach (var raised in _events)
        {
            var item = writer.Begin();
            writer.UInt((ulong)raised.Kind);
            writer.UInt(raised.Section);
            writer.UInt(raised.Layer);
            writer.UInt(raised.Ntp.Value);
            writer.UInt(raised.RtpTimestamp);
            writer.End(item);
        }

        writer.End(list);
    }

    private void ReadEvents(ref StateReader reader)
    {
        _events.EnsureCapacity(SectionCount == 0 ? 0 : EventsMax);
        var list = reader.Begin(EventsMax, out var count);
        for (var index = 0; index < count; index++)
        {
            var item = reader.BeginWhole(valuesMin: 5);
            var raised = new ReceiverEvent(
                // Claims are made when they are taken and never wait here.
                (ReceiverEventKind)reader.Int32((int)ReceiverEventKind.KeyFrameNeeded),
                reader.UInt8(),
                reader.UInt8(),
                new NtpTimestamp(reader.UInt()),
                reader.UInt32()
            );
            reader.End(item);
            if (
                raised.Section >= SectionCount
                || raised.Layer >= _sections[raised.Section].Layers.Length
            )
            {
                reader.Break();
            }

            Raise(raised);
        }

        reader.End(list);
    }
}
