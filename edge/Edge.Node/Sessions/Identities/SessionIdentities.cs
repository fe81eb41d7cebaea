using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;

namespace Edge.Node.Sessions.Identities;

/// <summary>The identities of a node's sessions: its own, which those have that were made here, and those that came along with
/// sessions of other nodes, each once.</summary>
/// <remarks>
/// Bounded: <see cref="OthersMax"/> of others are kept, beyond which the one that was asked for longest ago is let go of. Sessions that
/// have it keep it; the next one that comes with it prepares the TLS library anew. Threads: any.
/// </remarks>
internal sealed class SessionIdentities : IDisposable
{
    /// <summary>Chosen: sessions bring those of a few generations of a PoP's nodes; a context of libssl is some kilobytes.
    /// </summary>
    public const int OthersMax = 128;

    private readonly Lock _lock = new();
    private readonly ClockAnchor _clock;

    // The one that was asked for last at the end.
    private readonly List<SessionIdentity> _others = [];

    /// <summary>Makes those of a node.</summary>
    /// <param name="own">What its sessions present.</param>
    /// <param name="clock">The bridge to wall time for sender reports.</param>
    public SessionIdentities(DtlsCertificate own, ClockAnchor clock)
    {
        _clock = clock;
        Own = new SessionIdentity(own, clock);
    }

    /// <summary>That of sessions that are made here.</summary>
    public SessionIdentity Own { get; }

    /// <summary>How many of others are kept; for tests.</summary>
    public int OthersCount
    {
        get
        {
            lock (_lock)
            {
                return _others.Count;
            }
        }
    }

    /// <summary>Finds or makes the identity that another node's session has; null when it makes no sense.</summary>
    /// <param name="certificate">The certificate as DER. Copied.</param>
    /// <param name="privateKey">Its key as PKCS #8. Secret; copied where it is not known yet.</param>
    public SessionIdentity? TryFind(ReadOnlySpan<byte> certificate, ReadOnlySpan<byte> privateKey)
    {
        var fingerprint = DtlsCertificate.FingerprintOf(certificate);
        if (fingerprint == Own.Fingerprint)
        {
            return Own;
        }

        lock (_lock)
        {
            var index = IndexOf(fingerprint);
            var identity =
                index >= 0 ? _others[index] : TryMake(new DtlsCertificate(certificate, privateKey));
            if (identity is null)
            {
                return null;
            }

            if (index >= 0)
            {
                _others.RemoveAt(index);
            }
            else if (_others.Count == OthersMax)
            {
                // Not disposed: sessions have it. The handle of its context closes with the last of them.
                _others.RemoveAt(0);
            }

            _others.Add(identity);
            return identity;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Own.Dispose();
        lock (_lock)
        {
            foreach (var identity in _others)
            {
                identity.Dispose();
            }

            _others.Clear();
        }
    }

    private int IndexOf(CertificateFingerprint fingerprint)
    {
        for (var index = _others.Count - 1; index >= 0; index--)
        {
            if (_others[index].Fingerprint == fingerprint)
            {
                return index;
            }
        }

        return -1;
    }

    private SessionIdentity? TryMake(DtlsCertificate certificate)
    {
        try
        {
            return new SessionIdentity(certificate, _clock);
        }
        catch (OpenSslException)
        {
            // No certificate, or not with this key: the letter is refused as unreadable.
            return null;
        }
    }
}
