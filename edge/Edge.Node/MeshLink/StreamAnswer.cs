namespace Edge.Node.MeshLink;

/// <summary>What a stream's tracks are, said by who publishes it.</summary>
/// <param name="Generation">When its publisher came; grows with each one under the name.</param>
/// <param name="Pop">The number of the node's PoP.</param>
/// <param name="Node">The number of the node.</param>
/// <param name="Tracks">The tracks; empty when it publishes the stream no more.</param>
internal sealed record StreamAnswer(
    ulong Generation,
    ushort Pop,
    ushort Node,
    StreamAnswer.Track[] Tracks
)
{
    /// <summary>One of the tracks.</summary>
    /// <param name="Token">Its name among nodes.</param>
    /// <param name="Frame">A mesh frame without packets: what it is, and how its layers are.</param>
    internal sealed record Track(string Token, byte[] Frame);
}
