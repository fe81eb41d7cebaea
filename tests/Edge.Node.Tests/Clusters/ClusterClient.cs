using System.Buffers.Binary;
using System.Collections.Immutable;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Protocol.Negotiation;
using Edge.Protocol.Transport;
using Edge.Testing.Clients;
using Edge.Testing.Network;
using Edge.Wire.Payload;

namespace Edge.Node.Tests.Clusters;

/// <summary>A client with a session somewhere in the cluster: publishes sound, or is sent some and a picture, or both.</summary>
internal sealed class ClusterClient
{
    /// <summary>Its data channel's id.</summary>
    public const ushort Channel = 0;

    /// <summary>How its data channel is made, at both ends.</summary>
    public static readonly DataChannelTransportOptions ChannelOptions = new()
    {
        PeerMessageBytesMax = 0,
    };

    private static readonly HeaderExtensionMap Extensions = new()
    {
        Mid = 4,
        TransportSequence = 3,
    };

    private static readonly MediaAgreement Audio = new()
    {
        Mid = Mid.Create("0"),
        Kind = MediaKind.Audio,
        Codec = SimulatedPeers.Opus,
        Extensions = Extensions,
        ReducedSizeRtcp = true,
    };

    private static readonly TimeSpan MessageInterval = TimeSpan.FromMilliseconds(700);

    private readonly ClusterWorld _world;
    private readonly List<NetworkAddress> _addresses = [];
    private readonly bool _hasChannel;
    private long _upAtMark;
    private long _downAtMark;
    private uint _messagesSent;
    private uint _messagesReceived;
    private uint _messagesShown;
    private int _messagesSeen;
    private int _earlyMoves;

    public ClusterClient(ClusterWorld world, int number, in NetworkAddress address)
    {
        _world = world;
        Number = number;
        Credentials = IceCredentials.Create(world.Random);
        _addresses.Add(address);
        _hasChannel = world.Random.NextInt32(2) == 0;
        var kind = world.Random.NextInt32(3);
        Uplink = kind == 0 ? [] : [Audio];
        Downlink =
            kind == 1
                ? []
                :
                [
                    Audio with
                    {
                        Mid = Mid.Create("1"),
                        LocalSsrc = new Ssrc(0x20),
                    },
                    Audio with
                    {
                        Mid = Mid.Create("2"),
                        Kind = MediaKind.Video,
                        Codec = SimulatedPeers.Vp8,
                        LocalSsrc = new Ssrc(0x30),
                        LocalRtxSsrc = new Ssrc(0x31),
                    },
                ];
    }

    public int Number { get; }

    /// <summary>Where it is at first.</summary>
    public NetworkAddress FirstAddress => _addresses[0];

    /// <summary>Its credentials.</summary>
    public IceCredentials Credentials { get; }

    /// <summary>What it sends.</summary>
    public ImmutableArray<MediaAgreement> Uplink { get; }

    /// <summary>What it is sent.</summary>
    public ImmutableArray<MediaAgreement> Downlink { get; }

    /// <summary>The id of its session.</summary>
    public string SessionId { get; private set; } = "";

    /// <summary>Its own side of the session.</summary>
    public MediaClient Media { get; private set; } = null!;

    /// <summary>Where it is in the simulation.</summary>
    public SimulatedHost Host { get; private set; } = null!;

    /// <summary>The PoP that its routes lead to.</summary>
    public ClusterPop Route { get; set; } = null!;

    /// <summary>Why its session may have ended; null while it must not.</summary>
    public string? Excuse { get; private set; }

    /// <summary>Packets of it that came to its session.</summary>
    public long Received { get; private set; }

    /// <summary>When something went both ways last.</summary>
    public Instant HeardAt { get; private set; }

    private long Played => Media.Played.Sum(track => track.Packets);

    private bool HasBoth =>
        (Uplink.IsEmpty || Received > _upAtMark) && (Downlink.IsEmpty || Played > _downAtMark);

    /// <summary>Begins a session that a node has made.</summary>
    public void Join(string session, IceCredentials node, CertificateFingerprint fingerprint)
    {
        SessionId = session;
        var settings = new PeerSettings
        {
            IceMode = IceMode.Controlling,
            LocalCredentials = Credentials,
            Remote = SimulatedPeers.Remote(
                node,
                fingerprint,
                DtlsRole.Client,
                [ClusterWorld.Anycast]
            ),
            Sends = Uplink,
            Receives = Downlink,
            ReportSsrc = new Ssrc(2),
            Cname = "client",
        };
        var streams = Uplink.IsEmpty
            ? Array.Empty<ClientStream>()
            : [new ClientStream(new SyntheticAudio(), new SequenceNumber(32_000))];
        Media = new MediaClient(
            _world.ClientFactory.Create(settings, _world.Random.Fork(), _world.Now),
            streams
        );
        if (CreateChannels(DtlsRole.Client) is { } channels)
        {
            Media.Attach(channels, _world.Now);
            _world.After(MessageInterval * _world.Random.NextDouble(), KeepSending);
        }

        Host = _world.Simulation.Add(ToString(), _addresses[^1], Media);
        HeardAt = _world.Now;
    }

    /// <summary>Where it is.</summary>
    public NetworkAddress Address => _addresses[^1];

    /// <summary>Whether an address is, or was, its own.</summary>
    public bool WasAt(in NetworkAddress address) => _addresses.Contains(address);

    /// <summary>Goes on from another address.</summary>
    public void MoveTo(in NetworkAddress address)
    {
        _addresses.Add(address);
        _world.Simulation.Rebind(Host, address);
    }

    /// <summary>Its session may end, or has.</summary>
    public void Lose(string why)
    {
        if (Excuse is null)
        {
            _world.Rules.Note($"{this} loses its session: {why}");
            Excuse = why;
        }
    }

    /// <summary>A request holds its session for a while.</summary>
    public void Hold(TimeSpan time)
    {
        var session = _world
            .Nodes.SelectMany(node => node.Sessions)
            .First(session => session.Client == this);
        _ = session.TryTakeGate();
        _world.After(time, session.LeaveGate);
    }

    /// <summary>Its session is given to the node where it comes in.</summary>
    public void NoteEarlyMove()
    {
        if (++_earlyMoves > 1)
        {
            throw _world.Rules.Broken(
                ClusterRule.EarlyOnce,
                $"The session of {this} goes to the node of its flow for the second time."
            );
        }
    }

    /// <summary>A packet of it came to its session.</summary>
    public void NoteReceived() => Received++;

    /// <summary>A message of it came to its session: they come one by one, and each once.</summary>
    public void NoteMessage(ReadOnlySpan<byte> message) =>
        CheckMessage(message, ref _messagesReceived, "of");

    /// <summary>The data channel of one side, if it has one.</summary>
    public ClientChannels? CreateChannels(DtlsRole role)
    {
        if (!_hasChannel)
        {
            return null;
        }

        var channels = new ClientChannels(role, _world.Random.Fork(), ChannelOptions);
        channels.Open(Channel);
        return channels;
    }

    /// <summary>Looks whether something goes both ways.</summary>
    public void Look()
    {
        if (HasBoth)
        {
            HeardAt = _world.Now;
            _upAtMark = Received;
            _downAtMark = Played;
        }

        var messages = Media.Channels?.MessagesOf(Channel) ?? [];
        for (; _messagesSeen < messages.Count; _messagesSeen++)
        {
            CheckMessage(messages[_messagesSeen], ref _messagesShown, "to");
        }
    }

    /// <summary>Fails when its session has ended, or has been silent for too long.</summary>
    public void Check(TimeSpan silenceMax)
    {
        Look();
        if (Excuse is not null)
        {
            return;
        }

        var transport = Media.Peer.Transport;
        if (transport.State == PeerState.Closed)
        {
            throw _world.Rules.Broken(
                ClusterRule.SessionLives,
                $"{this} is closed: {transport.ClosedReason}."
            );
        }

        _world.Tally.NoteSilence(_world.Now - HeardAt);
        if (_world.Now - HeardAt > silenceMax)
        {
            throw _world.Rules.Broken(
                ClusterRule.SessionLives,
                $"{this} is silent since {HeardAt}, {Received} came of it and {Played} to it; its session is at {_world.Rules.HolderOf(SessionId)}."
            );
        }

        if (Media.Played.Any(track => track.Sources > 1 || track.BackwardTimestamps > 0))
        {
            throw _world.Rules.Broken(ClusterRule.NumbersGoOn, $"{this} sees a stream begin anew.");
        }
    }

    public override string ToString() => $"client {Number}";

    private void KeepSending()
    {
        Span<byte> message = stackalloc byte[sizeof(uint)];
        BinaryPrimitives.WriteUInt32BigEndian(message, _messagesSent);
        if (
            Media.Channels is { IsConnected: true } channels
            && channels.Transport.Send(Channel, message, isBinary: true, _world.Now)
                == DataChannelSendResult.Accepted
        )
        {
            _messagesSent++;
        }

        _world.After(MessageInterval, KeepSending);
    }

    private void CheckMessage(ReadOnlySpan<byte> message, ref uint expected, string direction)
    {
        var number = BinaryPrimitives.ReadUInt32BigEndian(message);
        if (number != expected)
        {
            throw _world.Rules.Broken(
                ClusterRule.NumbersGoOn,
                $"Message {number} {direction} {this} comes where {expected} is due."
            );
        }

        expected++;
        _world.Tally.Messages++;
    }
}
