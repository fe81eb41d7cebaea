using Edge.Primitives;

namespace Edge.Protocol.Ice;

/// <summary>One side of one ICE session over one UDP socket and one component.</summary>
/// <remarks>
/// Sans-IO: datagrams in by <see cref="HandleDatagram"/>, out by <see cref="PollTransmit"/>; the next
/// deadline is <see cref="PollTimeout"/>. Threads: one owner. Sources: RFC 8445 (ICE), RFC 8489 (STUN),
/// RFC 7675 (consent). NOTES.md of this folder lists what is assumed and what is left out.
/// </remarks>
public sealed class IceAgent
{
    /// <summary>Makes an agent; nothing is sent or timed before its first input.</summary>
    public IceAgent(IceMode mode, IceCredentials local, Prng random, IceOptions options) =>
        throw new NotImplementedException();

    /// <summary>How far the agent has come.</summary>
    public IceState State => throw new NotImplementedException();

    /// <summary>The credentials to be announced to the peer: those of the latest restart.</summary>
    public IceCredentials Local => throw new NotImplementedException();

    /// <summary>The credentials before a restart that still work; null when there are none.</summary>
    public IceCredentials? PreviousLocal => throw new NotImplementedException();

    /// <summary>Whether <see cref="Selected"/> has a value.</summary>
    public bool HasSelected => throw new NotImplementedException();

    /// <summary>Where datagrams for the peer go: the last nominated address, before any nomination the
    /// last validated one. Empty when there is none.</summary>
    public NetworkAddress Selected => throw new NotImplementedException();

    /// <summary>When the peer last consented to receive on <see cref="Selected"/>;
    /// <see cref="Instant.Never"/> while it never did.</summary>
    public Instant LastConsentAt => throw new NotImplementedException();

    /// <summary>Counts since the agent was made.</summary>
    public IceStats Stats => throw new NotImplementedException();

    /// <summary>Reads whose agent a datagram is for, before anything is authenticated.</summary>
    /// <returns>False when it is no binding request with a USERNAME.</returns>
    public static bool TryReadLocalUfrag(
        ReadOnlySpan<byte> datagram,
        out ReadOnlySpan<byte> ufrag
    ) => throw new NotImplementedException();

    /// <summary>Whether an address passed an authenticated check and was not forgotten since.</summary>
    [HotPath]
    public bool IsValidated(in NetworkAddress address) => throw new NotImplementedException();

    /// <summary>Whether datagrams may be sent to <see cref="Selected"/> (RFC 7675 §5.1).</summary>
    [HotPath]
    public bool MaySend(Instant now) => throw new NotImplementedException();

    /// <summary>Tells the peer's credentials and starts the clock within which a path has to be found.</summary>
    public void SetRemote(IceCredentials remote, Instant now) =>
        throw new NotImplementedException();

    /// <summary>Adds an address to check. Does nothing for a lite agent, which sends no checks.</summary>
    public void AddRemoteCandidate(in NetworkAddress candidate, Instant now) =>
        throw new NotImplementedException();

    /// <summary>Starts an ICE restart: the credentials so far keep working until a check with the new
    /// ones is nominated (RFC 8445 §9).</summary>
    /// <param name="newLocal">What is announced from now on.</param>
    /// <param name="newRemote">The peer's new credentials, or null when <see cref="SetRemote"/> follows.</param>
    /// <param name="now">The time.</param>
    public void RestartLocal(IceCredentials newLocal, IceCredentials? newRemote, Instant now) =>
        throw new NotImplementedException();

    /// <summary>Takes a received datagram whose first byte is 0 to 3.</summary>
    [HotPath]
    public IceInput HandleDatagram(
        in NetworkAddress source,
        ReadOnlySpan<byte> datagram,
        Instant now
    ) => throw new NotImplementedException();

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now) => throw new NotImplementedException();

    /// <summary>Writes the next datagram to send; 0 when there is none.</summary>
    [HotPath]
    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta) =>
        throw new NotImplementedException();

    /// <summary>Takes the oldest event; false when there is none.</summary>
    public bool PollEvent(out IceEvent iceEvent) => throw new NotImplementedException();

    /// <summary>When <see cref="HandleTimeout"/> is next due.</summary>
    public Instant PollTimeout() => throw new NotImplementedException();
}
