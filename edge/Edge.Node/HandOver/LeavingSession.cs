using System.Security.Cryptography;
using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Node.HandOver.State;
using Edge.Node.Sessions;
using Edge.Primitives;

namespace Edge.Node.HandOver;

/// <summary>A session on its way to another node: what has to be undone, or done, when it is known who has it.</summary>
/// <remarks>Threads: one at a time.</remarks>
internal sealed class LeavingSession(Session session) : IDisposable
{
    private byte[] _engine = [];

    /// <summary>The session. Its gate is held.</summary>
    public Session Session => session;

    /// <summary>What this node claimed for the stream that it publishes; null when that was nothing.</summary>
    public ClaimNotice? Claim { get; set; }

    /// <summary>What others have to know of its tracks, by section.</summary>
    public Dictionary<int, ExportMemory> Exports { get; } = [];

    /// <summary>Whether it does nothing here any more.</summary>
    public bool IsWritten => _engine.Length > 0;

    /// <summary>Takes what its shard wrote.</summary>
    public void Take(byte[] engine) => _engine = engine;

    /// <summary>All of it as it goes into a letter. Secret.</summary>
    public byte[] Pack(Instant now) =>
        SessionParcel.Write(_engine, new Surroundings(Claim, Exports), now);

    /// <summary>Clears its keys.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_engine);
}
