using System.Text;
using Edge.Wire.Sctp.DataChannels;

namespace Edge.Protocol.DataChannels;

/// <summary>What one channel is like: given to <see cref="DataChannelTransport.Open"/>, or read from the
/// peer's DATA_CHANNEL_OPEN.</summary>
public sealed record DataChannelOptions
{
    /// <summary>The name. Default empty.</summary>
    public string Label { get; init; } = "";

    /// <summary>The subprotocol. Default empty.</summary>
    public string Protocol { get; init; } = "";

    /// <summary>Whether messages arrive in the order they were sent. Default true.</summary>
    public bool IsOrdered { get; init; } = true;

    /// <summary>How often a message is sent again at most; null for no bound. Default null, range 0 to
    /// 65535. Not together with <see cref="PacketLifeTimeMax"/>.</summary>
    public int? RetransmitsMax { get; init; }

    /// <summary>How long a message is tried; null for ever. Default null, range 1 ms to 65535 ms.</summary>
    public TimeSpan? PacketLifeTimeMax { get; init; }

    /// <summary>The id that both sides agreed on elsewhere; null to have one assigned and the peer told
    /// (RFC 8832). Default null, range 0 to 65534.</summary>
    public ushort? NegotiatedId { get; init; }

    /// <summary>Whether the peer is told of the channel although <see cref="NegotiatedId"/> is given, which is
    /// one of this end's then (RFC 8832 §6): who keeps account of ids tells a peer that only knows labels.
    /// Default false.</summary>
    public bool IsAnnounced { get; init; }

    /// <summary>Whether DATA_CHANNEL_OPEN tells the peer of the channel.</summary>
    internal bool IsTold => NegotiatedId is null || IsAnnounced;

    /// <summary>The channel's type in DATA_CHANNEL_OPEN (RFC 8832 §5.1).</summary>
    internal DataChannelType Type
    {
        get
        {
            var type =
                RetransmitsMax is not null ? DataChannelType.RetransmitLimited
                : PacketLifeTimeMax is not null ? DataChannelType.TimeLimited
                : DataChannelType.Reliable;
            return IsOrdered ? type : type | DataChannelType.ReliableUnordered;
        }
    }

    /// <summary>The parameter that belongs to <see cref="Type"/>.</summary>
    internal uint Reliability =>
        RetransmitsMax is { } retransmits ? (uint)retransmits
        : PacketLifeTimeMax is { } lifeTime ? (uint)lifeTime.TotalMilliseconds
        : 0;

    /// <summary>Whether these can be opened.</summary>
    internal bool IsValid(int labelBytesMax) =>
        (RetransmitsMax is null || PacketLifeTimeMax is null)
        && RetransmitsMax is null or (>= 0 and <= ushort.MaxValue)
        && (
            PacketLifeTimeMax is not { } lifeTime
            || (
                lifeTime >= TimeSpan.FromMilliseconds(1)
                && lifeTime <= TimeSpan.FromMilliseconds(ushort.MaxValue)
            )
        )
        && NegotiatedId is not ushort.MaxValue
        && Encoding.UTF8.GetByteCount(Label) <= labelBytesMax
        && Encoding.UTF8.GetByteCount(Protocol) <= labelBytesMax;

    /// <summary>What a peer's OPEN asks for.</summary>
    internal static DataChannelOptions Read(in DataChannelOpenMessage open)
    {
        var limit = open.Type & ~DataChannelType.ReliableUnordered;
        return new()
        {
            Label = Encoding.UTF8.GetString(open.Label),
            Protocol = Encoding.UTF8.GetString(open.Protocol),
            IsOrdered = !open.IsUnordered,
            RetransmitsMax =
                limit == DataChannelType.RetransmitLimited
                    ? (int)Math.Min(open.Reliability, ushort.MaxValue)
                    : null,
            PacketLifeTimeMax =
                limit == DataChannelType.TimeLimited
                    ? TimeSpan.FromMilliseconds(Math.Max(1u, open.Reliability))
                    : null,
        };
    }
}
