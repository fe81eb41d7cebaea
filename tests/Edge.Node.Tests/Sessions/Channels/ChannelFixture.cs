using Edge.Node.Sessions.Channels;
using Edge.Primitives;
using Edge.Protocol.DataChannels;
using Edge.Protocol.Dtls;

namespace Edge.Node.Tests.Sessions.Channels;

/// <summary>Channels of a session that no shard drives.</summary>
internal static class ChannelFixture
{
    public static SessionChannels Channels() =>
        new(
            new DataChannelTransport(
                DtlsRole.Server,
                new DataChannelTransportOptions(),
                new MessagePool(0),
                Prng.FromNumber(1)
            ),
            carrier: null!
        );
}
