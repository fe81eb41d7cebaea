namespace Edge.Protocol.DataChannels;

/// <summary>Bounds and timing of one transport.</summary>
public sealed record DataChannelTransportOptions
{
    /// <summary>The SCTP port of WebRTC (RFC 8841 §5.1 gives no other; every browser uses it).</summary>
    public const ushort PortDefault = 5000;

    /// <summary>What to write as <c>a=max-message-size</c> unless configured otherwise. As Chromium.</summary>
    public const int MessageBytesMaxDefault = 262_144;

    /// <summary>What an absent <c>a=max-message-size</c> of the peer means (RFC 8841 §6.1).</summary>
    public const int PeerMessageBytesMaxDefault = 65_536;

    /// <summary>Our SCTP port. Default 5000, range 1 to 65535.</summary>
    public ushort LocalPort { get; init; } = PortDefault;

    /// <summary>The peer's SCTP port, from its <c>a=sctp-port</c>. Default 5000, range 1 to 65535.</summary>
    public ushort PeerPort { get; init; } = PortDefault;

    /// <summary>Longest packet. Default 1160 bytes, range 512 to 1400. Chosen: what a DTLS 1.2 record of
    /// AES-GCM (13 + 8 + 16 bytes of overhead) carries in 1200 bytes, down to a multiple of 4.</summary>
    public int PacketBytesMax { get; init; } = 1160;

    /// <summary>Longest message that we take. Default 256 KiB, range 1 KiB to 2 MiB. A longer one fails the
    /// transport.</summary>
    public int MessageBytesMax { get; init; } = MessageBytesMaxDefault;

    /// <summary>Longest message that the peer takes, from its SDP; 0 for any. Default 64 KiB. Bounded by
    /// <see cref="ChannelBufferBytes"/> in any case: a longer one is refused as too long.</summary>
    public int PeerMessageBytesMax { get; init; } = PeerMessageBytesMaxDefault;

    /// <summary>Room for received data that was not handed out yet. Default 1 MiB, range twice
    /// <see cref="MessageBytesMax"/> to 16 MiB. When it is full the peer is told so and waits; what it sends
    /// all the same is dropped.</summary>
    public int ReceiveBufferBytes { get; init; } = 1024 * 1024;

    /// <summary>Room for messages of one channel that the peer has not acknowledged. Default 1 MiB, range
    /// 16 KiB to 16 MiB. When it is full, Send answers WouldBlock.</summary>
    public int ChannelBufferBytes { get; init; } = 1024 * 1024;

    /// <summary>The same for all channels together. Default 8 MiB, range <see cref="ChannelBufferBytes"/>
    /// to 64 MiB.</summary>
    public int SendBufferBytes { get; init; } = 8 * 1024 * 1024;

    /// <summary>Most channels at a time. Default 1024, range 1 to 65535. Chosen: as Chromium. Further ones
    /// of the peer are closed again.</summary>
    public int ChannelsMax { get; init; } = 1024;

    /// <summary>Longest label, and longest subprotocol. Default 1024 bytes, range 0 to 65535. A channel with
    /// longer ones is closed again.</summary>
    public int LabelBytesMax { get; init; } = 1024;

    /// <summary>Longest wait before received data is acknowledged. Default 200 ms, range 0 to 500 ms
    /// (RFC 9260 §6.2).</summary>
    public TimeSpan SackDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Retransmission timeout before a round trip was measured. Default 500 ms, range 100 ms to
    /// 3 s. Deviates from RFC 9260 §16 (1 s) because DTLS and ICE have just shown that the path is quicker;
    /// Chromium has the same.</summary>
    public TimeSpan TimeoutInitial { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Shortest retransmission timeout. Default 400 ms, range 100 ms to 1 s. Deviates from RFC 9260
    /// §16 (1 s); Chosen: above a peer's delayed acknowledgement of 200 ms and a long round trip, as
    /// Chromium.</summary>
    public TimeSpan TimeoutMin { get; init; } = TimeSpan.FromMilliseconds(400);

    /// <summary>Longest retransmission timeout. Default 3 s, range 1 s to 60 s. Deviates from RFC 9260 §16
    /// (60 s) because a call that lost its network for ten seconds should go on soon after; as Chromium.</summary>
    public TimeSpan TimeoutMax { get; init; } = TimeSpan.FromSeconds(3);

    /// <summary>Timeouts in a row after which the path has failed. Default 10, range 1 to 100. With the
    /// other defaults that is about 25 s of silence, a little less than a session's.</summary>
    public int RetransmissionsMax { get; init; } = 10;

    /// <summary>Time between probes of an idle path. Default 30 s, range 1 s to 10 min (RFC 9260 §16).</summary>
    public TimeSpan HeartbeatInterval { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Life of a state cookie. Default 60 s, range 1 s to 10 min (RFC 9260 §16).</summary>
    public TimeSpan CookieLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        Check(LocalPort != 0 && PeerPort != 0, "LocalPort and PeerPort must not be 0.");
        Check(PacketBytesMax is >= 512 and <= 1400, "PacketBytesMax must be 512 to 1400.");
        Check(
            MessageBytesMax is >= 1024 and <= 2 * 1024 * 1024,
            "MessageBytesMax must be 1 KiB to 2 MiB."
        );
        Check(PeerMessageBytesMax >= 0, "PeerMessageBytesMax must not be negative.");
        Check(
            ReceiveBufferBytes >= 2L * MessageBytesMax && ReceiveBufferBytes <= 16 * 1024 * 1024,
            "ReceiveBufferBytes must be twice MessageBytesMax to 16 MiB."
        );
        Check(
            ChannelBufferBytes is >= 16 * 1024 and <= 16 * 1024 * 1024,
            "ChannelBufferBytes must be 16 KiB to 16 MiB."
        );
        Check(
            SendBufferBytes >= ChannelBufferBytes && SendBufferBytes <= 64 * 1024 * 1024,
            "SendBufferBytes must be ChannelBufferBytes to 64 MiB."
        );
        Check(ChannelsMax is >= 1 and <= 65_535, "ChannelsMax must be 1 to 65535.");
        Check(LabelBytesMax is >= 0 and <= 65_535, "LabelBytesMax must be 0 to 65535.");
        CheckRange(SackDelay, 0, 500, nameof(SackDelay));
        CheckRange(TimeoutInitial, 100, 3000, nameof(TimeoutInitial));
        CheckRange(TimeoutMin, 100, 1000, nameof(TimeoutMin));
        CheckRange(TimeoutMax, 1000, 60_000, nameof(TimeoutMax));
        Check(RetransmissionsMax is >= 1 and <= 100, "RetransmissionsMax must be 1 to 100.");
        CheckRange(HeartbeatInterval, 1000, 600_000, nameof(HeartbeatInterval));
        CheckRange(CookieLifetime, 1000, 600_000, nameof(CookieLifetime));
        return problems;

        void Check(bool holds, string problem)
        {
            if (!holds)
            {
                problems.Add(problem);
            }
        }

        void CheckRange(TimeSpan value, int fromMs, int toMs, string name) =>
            Check(
                value >= TimeSpan.FromMilliseconds(fromMs)
                    && value <= TimeSpan.FromMilliseconds(toMs),
                $"{name} must be {fromMs} to {toMs} ms."
            );
    }
}
