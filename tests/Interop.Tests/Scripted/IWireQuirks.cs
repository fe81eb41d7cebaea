using Edge.Primitives;

namespace Interop.Tests.Scripted;

/// <summary>What a real client does to its datagrams that our cores, written to the RFCs, would not.</summary>
internal interface IWireQuirks
{
    /// <summary>Whether a datagram from the server reaches the client.</summary>
    bool LetsIn(ReadOnlySpan<byte> datagram);

    /// <summary>Rewrites a datagram before it leaves.</summary>
    /// <param name="buffer">Room of one datagram, with <paramref name="length"/> bytes in it.</param>
    /// <param name="length">How many there are.</param>
    /// <param name="local">The client's address.</param>
    /// <param name="reply">What the client gets back at once without the server having been asked.</param>
    /// <returns>The new length; 0 sends nothing.</returns>
    int Rewrite(Span<byte> buffer, int length, NetworkAddress local, out byte[]? reply);

    /// <summary>A datagram that the server asks for again, to be sent as it was; null when the client
    /// keeps none.</summary>
    byte[]? FindSent(SequenceNumber sequence);
}
