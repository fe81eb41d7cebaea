using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Srtp;
using Edge.Protocol.Transport.Receiving;
using Edge.Protocol.Transport.Sending;
using Edge.Wire.State;

namespace Edge.Protocol.Transport;

/// <summary>Puts peers together from what a negotiation settled.</summary>
/// <param name="dtls">Makes the handshake's engine and names our certificate.</param>
/// <param name="ciphers">Makes SRTP's ciphers.</param>
/// <param name="clock">The bridge to wall time for sender reports.</param>
public sealed class PeerFactory(
    IDtlsEngineFactory dtls,
    ISrtpCipherFactory ciphers,
    ClockAnchor clock
)
{
    /// <summary>The fingerprint to write into SDP.</summary>
    public CertificateFingerprint LocalFingerprint => dtls.LocalFingerprint;

    /// <summary>Makes a peer; its randomness is a stream of its own.</summary>
    public Peer Create(PeerSettings settings, Prng random, Instant now)
    {
        var remote = settings.Remote;
        var ice = new IceAgent(
            settings.IceMode,
            settings.LocalCredentials,
            random.Fork(),
            settings.Ice
        );
        ice.SetRemote(new IceCredentials(remote.UsernameFragment, remote.Password), now);
        if (settings.IceMode == IceMode.Controlling)
        {
            foreach (var candidate in remote.Candidates)
            {
                ice.AddRemoteCandidate(candidate, now);
            }
        }

        var association = new DtlsAssociation(
            dtls,
            remote.LocalDtlsRole,
            remote.Fingerprints,
            new DtlsOptions(),
            ciphers
        );
        var transport = new PeerTransport(ice, association, ciphers, settings.Transport, now);
        return new Peer(
            transport,
            new MediaReceiver(settings.Receives, settings.ReportSsrc, settings.Cname, clock, now),
            new MediaSender(settings.Sends, settings.Cname, clock, random, now)
        );
    }

    /// <summary>Makes a peer that goes on where another process stopped (<see cref="Peer.TryCapture"/>). It is connected
    /// and raises no event of it, or as new as it was.</summary>
    /// <param name="reader">Where from; its moment is the present.</param>
    /// <param name="options">What this process has to say about it.</param>
    /// <param name="random">A source of its own.</param>
    /// <returns>Null when what was read makes no sense, or is cut short.</returns>
    public Peer? TryRestore(ref StateReader reader, PeerRestoreOptions options, Prng random)
    {
        var outer = reader.BeginWhole(valuesMin: 3);
        var transport = PeerTransport.Read(ref reader, random.Fork(), options, dtls, ciphers);
        if (transport is null)
        {
            return null;
        }

        var receiver = MediaReceiver.Read(ref reader, clock);
        var sender = MediaSender.Read(ref reader, clock, random);
        reader.End(outer);
        if (!reader.IsBroken)
        {
            return new Peer(transport, receiver, sender);
        }

        transport.Discard();
        return null;
    }

    /// <summary>Makes a peer that goes on from a portrait (<see cref="Peer.TryPortray"/>) after a sudden end of the process that had it.
    /// Before it is driven, tell it how far that one may have come (<see cref="Peer.Advance"/>), and limit and grant it
    /// indices of its own.</summary>
    /// <param name="reader">Where from; its moment is that at which the portrait came, so that what it says of clocks and of time that
    /// passed is right.</param>
    /// <param name="options">What this process has to say about it.</param>
    /// <param name="random">A source of its own.</param>
    /// <param name="now">The present.</param>
    /// <returns>Null when what was read makes no sense, or is cut short.</returns>
    public Peer? TryRevive(
        ref StateReader reader,
        PeerRestoreOptions options,
        Prng random,
        Instant now
    )
    {
        var peer = TryRestore(ref reader, options, random);
        peer?.Revive(now);
        return peer;
    }
}
