using Edge.Mesh.Names;
using Edge.Wire.Mesh;

namespace Edge.Mesh.Tests.Simulation.Names;

/// <summary>What a node says of a stream that it publishes: Edge.Node's StreamAnswer, which is JSON there.</summary>
internal static class NodeAnswer
{
    private const int HeaderBytes = NodeNotice.ClaimBytes + TrackToken.Bytes;

    /// <param name="claim">The claim of its publisher.</param>
    /// <param name="token">The name of its track.</param>
    /// <param name="frame">What the track is; empty when it publishes the stream no more.</param>
    public static byte[] Write(StreamClaim claim, in TrackToken token, byte[] frame)
    {
        var bytes = new byte[HeaderBytes + frame.Length];
        NodeNotice.Write(bytes, claim);
        token.CopyTo(bytes.AsSpan(NodeNotice.ClaimBytes));
        frame.CopyTo(bytes, HeaderBytes);
        return bytes;
    }

    public static (StreamClaim Claim, TrackToken Token, byte[] Frame) Read(byte[] bytes)
    {
        _ = TrackToken.TryCreate(
            bytes.AsSpan(NodeNotice.ClaimBytes, TrackToken.Bytes),
            out var token
        );
        return (NodeNotice.ReadClaim(bytes), token, bytes[HeaderBytes..]);
    }
}
