using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Srtp;
using Edge.Wire.State;

namespace Edge.Protocol.Transport;

/// <content>How a connection goes on in another process.</content>
public sealed partial class PeerTransport
{
    /// <summary>Why it cannot be written now; <see cref="PeerCapture.Captured"/> when it can.</summary>
    internal PeerCapture FindRefusal() =>
        IsUntouched ? FindEarlyRefusal()
        : State != PeerState.Connected ? PeerCapture.NotConnected
        : !_dtls.CanMove ? PeerCapture.HandshakeInFlight
        : _events.Count > 0 || !_ice.IsDrained ? PeerCapture.NotDrained
        : FindChannelRefusal(MovingChannels?.CanMove);

    /// <summary>Whether nothing authentic has come: it is what was agreed, and nothing else.</summary>
    internal bool IsUntouched => State == PeerState.New && _dtls.IsNew;

    private PeerCapture FindEarlyRefusal() =>
        _events.Count > 0 || !_ice.IsDrained
            ? PeerCapture.NotDrained
            : FindChannelRefusal(MovingChannels?.IsNew);

    private DataChannelTransport? MovingChannels =>
        Channels is { IsEnded: false } ? Channels : null;

    /// <param name="areSettled">Whether its channels are where they can be written; null without any.</param>
    private PeerCapture FindChannelRefusal(bool? areSettled) =>
        areSettled is null ? PeerCapture.Captured
        : areSettled is false ? PeerCapture.ChannelsUnsettled
        : !Channels!.IsDrained ? PeerCapture.NotDrained
        : PeerCapture.Captured;

    /// <summary>Why no portrait of it can be made now: the TLS library holds what cannot be written.</summary>
    internal PeerCapture FindPortraitRefusal() =>
        IsUntouched ? PeerCapture.Captured
        : State != PeerState.Connected ? PeerCapture.NotConnected
        : !_dtls.CanMove ? PeerCapture.HandshakeInFlight
        : PeerCapture.Captured;

    /// <summary>Writes a connection as it is, but for positions in data channels, which change with each message: of those that were begun
    /// it is written which there are, so that they can be closed.</summary>
    internal void WritePortrait(StateWriter writer) =>
        Write(
            writer,
            channels: Channels is { IsNew: true } ? Channels : null,
            former: Channels is { HasBegun: true } ? Channels : null
        );

    /// <summary>Goes on from a portrait, as if its peer had been heard until now.</summary>
    internal void Revive(Instant now)
    {
        if (!IsUntouched)
        {
            _ice.Revive(now);
            _heardAt = now;
            // Only what is written of former channels is not begun where the peer is connected.
            Channels?.Connect(now);
        }
    }

    /// <summary>Writes a connection that is not refused.</summary>
    internal void Write(StateWriter writer) => Write(writer, MovingChannels, former: null);

    private void Write(
        StateWriter writer,
        DataChannelTransport? channels,
        DataChannelTransport? former
    )
    {
        var outer = writer.Begin();
        _ice.Write(writer);
        _dtls.Write(writer);
        writer.UInt((ulong)_options.Liveness);
        writer.Bool(_hasConsent);
        writer.Moment(_heardAt);
        writer.UInt((ulong)_sourcesExpected);
        writer.Bool(_hasHeardMedia);
        if (_srtp is null)
        {
            writer.Nothing();
        }
        else
        {
            _srtp.Write(writer);
        }

        var drops = writer.Begin();
        foreach (var count in _drops)
        {
            writer.UInt((ulong)count);
        }

        writer.End(drops);
        if (channels is null)
        {
            writer.Nothing();
        }
        else
        {
            channels.Write(writer);
        }

        former?.WriteFormer(writer);
        writer.End(outer);
    }

    /// <summary>Reads what was written; null when it is nothing usable.</summary>
    /// <param name="reader">Where from.</param>
    /// <param name="random">The source of what it draws from now on.</param>
    /// <param name="limits">Time limits of this process; what keeps the peer alive is in the state.</param>
    /// <param name="engines">What handshakes are made with; this one's is over.</param>
    /// <param name="ciphers">Makes its ciphers.</param>
    internal static PeerTransport? Read(
        ref StateReader reader,
        Prng random,
        PeerRestoreOptions limits,
        IDtlsEngineFactory engines,
        ISrtpCipherFactory ciphers
    )
    {
        var outer = reader.BeginWhole(valuesMin: 10);
        var ice = IceAgent.Read(ref reader, random, limits.Ice);
        if (DtlsAssociation.Read(ref reader, engines, ciphers) is not { } dtls)
        {
            return null;
        }

        var liveness = (PeerLiveness)reader.Int32((int)PeerLiveness.ConsentOrMedia);
        var options = limits.Transport with { Liveness = liveness };
        var transport = new PeerTransport(ice, dtls, ciphers, options, reader.Now);
        transport.ReadConnection(ref reader);
        if (!reader.IsNothing())
        {
            transport.ReadChannels(ref reader, limits, random);
        }
        else if (!reader.IsNothing())
        {
            transport.ReadFormerChannels(ref reader, limits, random);
        }

        reader.End(outer);
        if (!reader.IsBroken)
        {
            return transport;
        }

        transport.Discard();
        return null;
    }

    /// <summary>What makes peers with the same certificate and ciphers.</summary>
    internal PeerFactory CreateFactory(ClockAnchor clock) => new(_dtls.Engines, _ciphers, clock);

    /// <summary>Lets go of what was read and is not gone on with: what its channels hold goes back to the pool.</summary>
    internal void Discard()
    {
        Channels?.Drop();
        Dispose();
    }

    /// <summary>Ends without a word, because another process goes on with it: nothing can be sent or read here any
    /// more, whatever is asked for.</summary>
    internal void Abandon()
    {
        State = PeerState.Closed;
        ClosedReason = PeerClosedReason.HandedOver;
        _hasConsent = false;
        _srtp?.Dispose();
        _srtp = null;
        _dtls.Abandon();
        Channels?.Drop();
    }

    private void ReadChannels(ref StateReader reader, PeerRestoreOptions limits, Prng random)
    {
        if (limits.ChannelPool is null)
        {
            reader.Break();
            return;
        }

        Channels = DataChannelTransport.Read(
            ref reader,
            _dtls.Role,
            limits.Channels,
            limits.ChannelPool,
            random.Fork()
        );
        if (Channels.IsNew != (State == PeerState.New))
        {
            // Of those that are connected nobody would begin it, of the others nobody can have.
            reader.Break();
        }
    }

    private void ReadFormerChannels(ref StateReader reader, PeerRestoreOptions limits, Prng random)
    {
        if (limits.ChannelPool is null || State == PeerState.New)
        {
            reader.Break();
            return;
        }

        Channels = DataChannelTransport.ReadFormer(
            ref reader,
            _dtls.Role,
            limits.Channels,
            limits.ChannelPool,
            random.Fork()
        );
    }

    private void ReadConnection(ref StateReader reader)
    {
        State = _dtls.IsNew ? PeerState.New : PeerState.Connected;
        _hasStartedDtls = !_dtls.IsNew;
        if (State == PeerState.Connected)
        {
            _ice.RequireProofs();
        }

        _hasConsent = reader.Bool();
        _heardAt = reader.Moment();
        _sourcesExpected = reader.Int32(int.MaxValue);
        _hasHeardMedia = reader.Bool();
        if (!reader.IsNothing())
        {
            ReadIndices(ref reader);
        }

        var drops = reader.Begin(int.MaxValue, out var count);
        for (var index = 0; index < Math.Min(count, _drops.Length); index++)
        {
            _drops[index] = reader.Count();
        }

        reader.End(drops);
        if (_dtls.IsNew && _ice.HasSelected)
        {
            // Nobody would begin its handshake.
            reader.Break();
        }

        // Media without keys, or keys without the indices used under them, cannot be.
        if (_dtls.Keys is null != _srtp is null)
        {
            reader.Break();
        }
    }

    private void ReadIndices(ref StateReader reader)
    {
        if (_dtls.Keys is null)
        {
            reader.Break();
            return;
        }

        _srtp = CreateSession(_dtls.Keys);
        _srtp.Read(ref reader);
    }
}
