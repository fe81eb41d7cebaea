using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <summary>One peer's DTLS association: handshake, fingerprint check, keys for SRTP, closing.</summary>
public sealed class DtlsAssociation : IDisposable
{
    /// <summary>Makes an association that waits for <see cref="Start"/>.</summary>
    public DtlsAssociation(
        IDtlsEngineFactory engines,
        DtlsRole role,
        ImmutableArray<CertificateFingerprint> expected,
        DtlsOptions options
    )
    {
        Role = role;
        _ = (engines, expected, options);
    }

    /// <summary>Which side this end plays.</summary>
    public DtlsRole Role { get; }

    /// <summary>Where the association is in its life.</summary>
    public DtlsState State { get; private set; }

    /// <summary>Keys for SRTP once connected; null before, and when the peers agreed on no profile.</summary>
    public SrtpKeyingMaterial? Keys { get; private set; }

    /// <summary>Counters of what was received.</summary>
    public DtlsStats Stats { get; private set; }

    /// <summary>Starts the handshake and its deadline.</summary>
    public void Start(Instant now) => throw new NotSupportedException();

    /// <summary>Takes a datagram whose first byte is 20 to 63 (RFC 7983 §7).</summary>
    public void HandleDatagram(ReadOnlySpan<byte> datagram, Instant now) =>
        throw new NotSupportedException();

    /// <summary>Does what is due.</summary>
    public void HandleTimeout(Instant now) => throw new NotSupportedException();

    /// <summary>Says goodbye with close_notify when connected; ends silently otherwise.</summary>
    public void Close(Instant now) => throw new NotSupportedException();

    /// <summary>Writes the next outgoing datagram; 0 when there is none.</summary>
    public int PollTransmit(Span<byte> destination) => throw new NotSupportedException();

    /// <summary>Takes the next event.</summary>
    public bool PollEvent(out DtlsEvent occurred) => throw new NotSupportedException();

    /// <summary>When <see cref="HandleTimeout"/> is due.</summary>
    public Instant PollTimeout() => throw new NotSupportedException();

    /// <inheritdoc/>
    public void Dispose() => throw new NotSupportedException();
}
