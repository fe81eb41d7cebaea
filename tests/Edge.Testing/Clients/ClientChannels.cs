using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;

namespace Edge.Testing.Clients;

/// <summary>The data channels of a client: everything that came is written down.</summary>
public sealed class ClientChannels
{
    /// <summary>Longest message that a client takes by default.</summary>
    public const int MessageBytesMax = 1024 * 1024;

    private readonly Dictionary<ushort, List<byte[]>> _messages = [];
    private readonly HashSet<ushort> _closed = [];
    private readonly HashSet<ushort> _opened = [];

    /// <summary>Makes channels that connect with their client's transport.</summary>
    /// <param name="role">The client's role in DTLS.</param>
    /// <param name="random">A stream of randomness of its own.</param>
    /// <param name="options">Bounds and timing.</param>
    public ClientChannels(
        DtlsRole role,
        Prng random,
        DataChannelTransportOptions? options = null
    ) =>
        Transport = new(
            role,
            options
                ?? new DataChannelTransportOptions
                {
                    PeerMessageBytesMax = 0,
                    MessageBytesMax = MessageBytesMax,
                    ReceiveBufferBytes = 3 * MessageBytesMax,
                },
            new MessagePool(retainedBytesMax: 1024 * 1024),
            random
        );

    /// <summary>The channels themselves.</summary>
    public DataChannelTransport Transport { get; }

    /// <summary>Whether the association is up.</summary>
    public bool IsConnected => Transport.IsConnected;

    /// <summary>While true nothing is taken: a client that cannot keep up.</summary>
    public bool IsStalled { get; set; }

    /// <summary>Opens a channel whose id the server gave.</summary>
    public void Open(int id)
    {
        var result = Transport.Open(new DataChannelOptions { NegotiatedId = (ushort)id }, out _);
        if (result != DataChannelOpenResult.Opened)
        {
            throw new TestingException($"Channel {id}: {result}");
        }

        _opened.Add((ushort)id);
        _closed.Remove((ushort)id);
    }

    /// <summary>What came on a channel so far.</summary>
    public IReadOnlyList<byte[]> MessagesOf(int id) =>
        _messages.GetValueOrDefault((ushort)id) ?? [];

    /// <summary>Whether the other side closed a channel.</summary>
    public bool IsClosed(int id) => _closed.Contains((ushort)id);

    /// <summary>Takes what happened.</summary>
    public void Drain()
    {
        while (!IsStalled && Transport.PollEvent(out var occurred))
        {
            if (occurred.Kind == DataChannelEventKind.Message)
            {
                if (!_messages.TryGetValue(occurred.Channel, out var messages))
                {
                    _messages[occurred.Channel] = messages = [];
                }

                messages.Add(occurred.Payload.ToArray());
            }
            else if (occurred.Kind == DataChannelEventKind.ChannelClosed)
            {
                _closed.Add(occurred.Channel);
            }
            else if (occurred.Kind == DataChannelEventKind.Restarted)
            {
                // Its side knows nothing of them any more.
                _closed.UnionWith(_opened);
            }
        }
    }
}
