using Edge.Primitives;

namespace Edge.Protocol.DataChannels.Sending;

/// <summary>A chunk that has a TSN and is not cumulatively acknowledged.</summary>
internal struct OutstandingChunk
{
    /// <summary>The message it is cut from.</summary>
    public OutgoingMessage? Message;

    /// <summary>When it was sent last.</summary>
    public Instant SentAt;

    /// <summary>Where in the message it begins.</summary>
    public int Offset;

    /// <summary>Its bytes; 0 for the placeholder of what was never sent.</summary>
    public int Length;

    /// <summary>Where it is.</summary>
    public OutstandingState State;

    /// <summary>How often it was sent, counted up to 255.</summary>
    public byte Transmissions;

    /// <summary>Reports that newer ones arrived and it did not (RFC 9260 §7.2.4).</summary>
    public byte MissingReports;

    /// <summary>Whether it was sent again by such reports; a second time only silence does that.</summary>
    public bool WasFastRetransmitted;
}
