using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Testing.Network;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.DataChannels;

/// <summary>A transport as a simulated host: everything that happens is written down.</summary>
internal sealed class ChannelEndpoint : ISimulatedEndpoint
{
    private readonly NetworkAddress _peer;
    private Instant _now = Instant.FromMilliseconds(1000);

    public ChannelEndpoint(
        DtlsRole role,
        NetworkAddress peer,
        Prng random,
        DataChannelTransportOptions? options = null
    )
    {
        _peer = peer;
        Role = role;
        Options = options ?? new();
        Assert.Empty(Options.Validate());
        Transport = new(role, Options, Pool, random);
    }

    public DtlsRole Role { get; }

    public DataChannelTransportOptions Options { get; }

    public MessagePool Pool { get; } = new(retainedBytesMax: 8 * 1024 * 1024);

    public DataChannelTransport Transport { get; private set; }

    /// <summary>While true no event is taken, as by an owner who stalls.</summary>
    public bool IsPaused { get; set; }

    public List<(ushort Channel, bool IsBinary, byte[] Payload)> Messages { get; } = [];

    public List<(DataChannelEventKind Kind, ushort Channel)> Events { get; } = [];

    public Dictionary<ushort, DataChannelOptions> Opened { get; } = [];

    public List<DataChannelOptions> LostOptions { get; } = [];

    public DataChannelFailure Failure { get; private set; }

    public Action<DataChannelEvent>? OnEvent { get; set; }

    /// <summary>Changes a packet before it is taken in; null drops it.</summary>
    public Func<byte[], byte[]?>? Tamper { get; set; }

    public int CountOf(DataChannelEventKind kind) => Events.Count(entry => entry.Kind == kind);

    public void Connect() => Transport.Connect(_now);

    public DataChannelSendResult Send(ushort channel, byte[] bytes, bool isBinary = true) =>
        Transport.Send(channel, bytes, isBinary, _now);

    /// <summary>The process dies and comes back: everything it knew is gone.</summary>
    public void Restart(Prng random)
    {
        Transport = new(Role, Options, Pool, random);
        Transport.Connect(_now);
    }

    /// <summary>What another process needs if this one ends.</summary>
    public byte[] Portray()
    {
        using var writer = new StateWriter(_now, bytesMax: 1 << 20);
        Transport.WriteFormer(writer);
        Assert.False(writer.IsTooLong);
        return writer.Written.ToArray();
    }

    /// <summary>The process dies, and another one goes on from a portrait.</summary>
    public void Survive(byte[] portrait, Prng random)
    {
        Transport = Revive(portrait, random);
        Transport.Connect(_now);
        TakeEvents();
    }

    public DataChannelTransport Revive(ReadOnlySpan<byte> portrait, Prng random)
    {
        var reader = new StateReader(portrait, _now);
        var transport = DataChannelTransport.ReadFormer(ref reader, Role, Options, Pool, random);
        Assert.False(reader.IsBroken);
        return transport;
    }

    public void HandleDatagram(in NetworkAddress source, Span<byte> datagram, Instant now)
    {
        _now = now;
        byte[]? packet = [.. datagram];
        packet = Tamper is null ? packet : Tamper(packet);
        if (packet is not null)
        {
            Transport.HandleDatagram(packet, now);
        }

        TakeEvents();
    }

    public void HandleTimeout(Instant now)
    {
        _now = now;
        Transport.HandleTimeout(now);
        TakeEvents();
    }

    public int PollTransmit(Span<byte> destination, Instant now, out TransmitMeta meta)
    {
        _now = now;
        meta = new(_peer);
        TakeEvents();
        return Transport.PollDatagram(destination, now);
    }

    public Instant PollTimeout() => Transport.PollTimeout();

    public string DescribeTimeout() => $"{Transport.Association.State}";

    public void TakeEvents()
    {
        while (!IsPaused && Transport.PollEvent(out var occurred))
        {
            Events.Add((occurred.Kind, occurred.Channel));
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                Messages.Add((occurred.Channel, occurred.IsBinary, [.. occurred.Payload.Span]));
            }
            else if (occurred.Kind == DataChannelEventKind.ChannelOpened)
            {
                Opened[occurred.Channel] = occurred.Options!;
            }
            else if (occurred.Kind == DataChannelEventKind.ChannelLost)
            {
                LostOptions.Add(occurred.Options!);
            }
            else if (occurred.Kind == DataChannelEventKind.Failed)
            {
                Failure = occurred.Failure;
            }

            OnEvent?.Invoke(occurred);
        }
    }
}
