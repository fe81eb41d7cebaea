using Edge.Mesh.Exports;
using Edge.Wire.Mesh;
using Edge.Wire.Mesh.Frames;
using Xunit;

namespace Edge.Mesh.Tests.Exports;

/// <summary>A frame that a desk sent, read.</summary>
internal sealed record SentFrame(
    ExportWay Way,
    string Subject,
    MeshFrameHeader Header,
    bool IsDescribed,
    bool[] Live,
    MeshTrackEnd End,
    long[] Numbers
)
{
    /// <summary>Who says that it sends; null when that is not said.</summary>
    public NodeAddress? Owner { get; private init; }

    public static SentFrame Read(ExportWay way, string subject, ReadOnlySpan<byte> bytes)
    {
        Assert.Equal(MeshParseError.None, MeshFrameReader.TryParse(bytes, out var frame));
        var layers = new MeshLayerState[MeshLimits.LayersMax];
        var state = default(MeshTrackState);
        var count = 0;
        if (!frame.State.IsEmpty)
        {
            Assert.Equal(
                MeshParseError.None,
                MeshTrackState.TryParse(frame.State, layers, out count, out state)
            );
        }

        var numbers = new List<long>();
        while (frame.TryReadPacket(out var packet, out _))
        {
            numbers.Add(packet.ExtendedSequence);
        }

        return new SentFrame(
            way,
            subject,
            frame.Header,
            !frame.Description.IsEmpty,
            [.. layers[..count].Select(layer => layer.IsActive)],
            state.End,
            [.. numbers]
        )
        {
            Owner = state.Owner is { } owner ? new NodeAddress(owner.Pop, owner.Node) : null,
        };
    }
}
