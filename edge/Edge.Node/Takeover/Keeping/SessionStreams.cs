using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Anycast.Takeover.Indices;
using Control.Contract;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Primitives;
using Edge.Protocol.Srtp;
using SessionKey = Anycast.Takeover.SessionKey;

namespace Edge.Node.Takeover.Keeping;

/// <summary>What sessions and their indices are called among nodes that keep them.</summary>
internal static class SessionStreams
{
    /// <summary>What a session is called. Not its id, which is the permission to change it. Those of a stream are drawn to the same nodes: who
    /// plays it goes on where it is published.</summary>
    public static SessionKey KeyOf(Session session) =>
        KeyOf(session.Id, session.Role == SessionRole.Caller ? null : session.Stream);

    /// <summary>The same of one that was written.</summary>
    public static SessionKey KeyOf(SessionLetter letter) => KeyOf(letter.Id, letter.Stream);

    private static SessionKey KeyOf(string id, StreamKey? stream) =>
        new(new UInt128(HashOf(id), HashOf(stream is { } tie ? $"{tie.AppId}/{tie.Name}" : id)));

    private static ulong HashOf(string text)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        _ = SHA256.HashData(Encoding.UTF8.GetBytes(text), hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }

    /// <summary>What indices are called. A session has one key as long as it lives.</summary>
    public static StreamId Of(in IndexBound bound) =>
        bound.Space switch
        {
            IndexSpace.Rtp => new(StreamKind.Srtp, Generation: 0, bound.Ssrc.Value),
            IndexSpace.Rtcp => new(StreamKind.Srtcp, Generation: 0, Ssrc: 0),
            IndexSpace.Record => new(StreamKind.Dtls, Generation: 0, Ssrc: 0),
            _ => default,
        };

    /// <summary>The indices of a stream up to one; null of a stream of a later version.</summary>
    public static IndexBound? BoundOf(StreamId stream, long last) =>
        stream.Kind switch
        {
            StreamKind.Srtp => new(IndexSpace.Rtp, new Ssrc(stream.Ssrc), last),
            StreamKind.Srtcp => new(IndexSpace.Rtcp, default, last),
            StreamKind.Dtls => new(IndexSpace.Record, default, last),
            StreamKind.None or _ => null,
        };
}
