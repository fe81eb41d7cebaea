using Edge.Protocol.DataChannels;
using Edge.Protocol.Negotiation.Sessions;

namespace Edge.Node.Sessions.Channels;

/// <summary>The bounds of data channels at a node.</summary>
internal static class ChannelLimits
{
    /// <summary>Longest message, as our SDP says. Chosen: 1 MiB, four times what Chromium sends unasked.</summary>
    public const int MessageBytesMax = 1024 * 1024;

    /// <summary>Most channels of a session that the API made. Chosen: half of the ids of one parity among
    /// Chromium's 1024 streams.</summary>
    public const int ChannelsMax = 256;

    /// <summary>Readers that a session may have of one and the same channel. Chosen: one of each kind of
    /// reliability; more would only multiply what is published.</summary>
    public const int ReadersOfOneMax = 8;

    /// <summary>Bytes of a publisher that are on their way to other shards and nodes. Beyond it its messages wait
    /// at the client, by SCTP's window. Chosen: four of the longest.</summary>
    public const int InFlightBytesMax = 4 * MessageBytesMax;

    /// <summary>Bytes kept for all readers of a session that are not ready. Chosen: four of the
    /// longest messages.</summary>
    public const int EarlyBytesMax = 4 * MessageBytesMax;

    /// <summary>Messages taken from one session in a turn. Chosen: some tens of microseconds for a few
    /// readers; media of others goes on between.</summary>
    public const int MessagesPerTurn = 64;

    /// <summary>Copies of messages handed on in a turn, after which the session waits for the next one.</summary>
    public const int CopiesPerTurn = 512;

    /// <summary>What a session may hold although the node holds too much. Chosen: so small that it is never
    /// the cause.</summary>
    public const int HeldBytesMin = 64 * 1024;

    /// <summary>Bytes of free message buffers that a session keeps. Chosen: some messages of usual length.</summary>
    public const long PoolBytesMax = 64 * 1024;

    /// <summary>Longest label of a channel that a client opens itself. The API's own have none.</summary>
    private const int LabelBytesMax = 256;

    /// <summary>What channels of the client's own are good for: "server-events" and few more.</summary>
    private const int ClientChannelsMax = 64;

    /// <summary>The transport of a client that agreed on data channels.</summary>
    public static DataChannelTransportOptions Options(DataChannelAgreement agreement) =>
        Usual with
        {
            PeerPort = (ushort)agreement.RemotePort,
            PeerMessageBytesMax = (int)Math.Min(agreement.RemoteMessageBytesMax, int.MaxValue),
        };

    /// <summary>What holds for all clients; ports and lengths of one that comes from another node come with it.</summary>
    public static DataChannelTransportOptions Usual { get; } =
        new()
        {
            MessageBytesMax = MessageBytesMax,
            ReceiveBufferBytes = 3 * MessageBytesMax,
            ChannelBufferBytes = 8 * MessageBytesMax,
            SendBufferBytes = 16 * MessageBytesMax,
            ChannelsMax = ChannelsMax + ClientChannelsMax,
            LabelBytesMax = LabelBytesMax,
        };
}
