using Edge.Wire.Sctp;
using Edge.Wire.Sctp.Chunks;

namespace Edge.Protocol.DataChannels.Association;

/// <summary>What the peer's INIT or INIT ACK said of it.</summary>
/// <param name="Tag">The tag that packets to it carry.</param>
/// <param name="InitialTsn">The TSN of its first DATA.</param>
/// <param name="WindowBytes">What it has room for.</param>
/// <param name="InboundStreams">Streams that it takes.</param>
/// <param name="HasForwardTsn">Whether it knows FORWARD TSN.</param>
/// <param name="HasReconfig">Whether it knows RE-CONFIG.</param>
internal readonly record struct SctpPeer(
    uint Tag,
    uint InitialTsn,
    uint WindowBytes,
    ushort InboundStreams,
    bool HasForwardTsn,
    bool HasReconfig
)
{
    /// <summary>Reads a chunk.</summary>
    public static SctpPeer Read(in SctpInit init) =>
        new(
            init.InitiateTag,
            init.InitialTsn,
            init.AdvertisedWindow,
            init.InboundStreams,
            init.TryFind(SctpParameterType.ForwardTsnSupported, out _)
                || init.Supports(SctpChunkType.ForwardTsn),
            init.Supports(SctpChunkType.ReConfig)
        );
}
