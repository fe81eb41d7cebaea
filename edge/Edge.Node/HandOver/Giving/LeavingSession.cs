using System.Collections.Immutable;
using System.Security.Cryptography;
using Edge.Mesh.Exports;
using Edge.Mesh.Names;
using Edge.Node.HandOver.Connections;
using Edge.Node.HandOver.Deciding;
using Edge.Node.HandOver.State;
using Edge.Node.MeshLink;
using Edge.Node.Sessions;
using Edge.Node.Sessions.Calls;
using Edge.Node.Sessions.Calls.State;
using Edge.Node.Sessions.Channels;
using Edge.Node.Sessions.Identities;
using Edge.Primitives;
using Edge.Protocol.Transport;
using Edge.Wire.State;

namespace Edge.Node.HandOver.Giving;

/// <summary>A session on its way to another node: what has to be undone, or done, when it is known who has it.</summary>
/// <remarks>One of both sides is there at least. Threads: one at a time.</remarks>
/// <param name="media">What a shard drives of it; null before its client's first description.</param>
/// <param name="calls">What the session and track API knows of it; null for one of a stream.</param>
internal sealed class LeavingSession(Session? media, CallsSession? calls) : ILeaving, IDisposable
{
    private byte[] _engine = [];
    private byte[] _calls = [];
    private ImmutableArray<ConnectionPart> _connectionParts = [];

    /// <summary>Both sides of a session that a shard drives. One of the API that is not known there any more is not whole.</summary>
    public static LeavingSession Of(NodeState node, Session session)
    {
        CallsSession? calls = null;
        if (session.Role == SessionRole.Caller)
        {
            _ = node.Calls.TryFind(session.Stream.AppId, session.Id, out calls);
        }

        return new LeavingSession(session, calls);
    }

    /// <summary>Its id.</summary>
    public string Id => calls?.Id ?? media!.Id;

    /// <summary>What a shard drives of it.</summary>
    public Session? Media => media;

    /// <summary>What the session and track API knows of it.</summary>
    public CallsSession? Calls => calls;

    /// <summary>What it does.</summary>
    public SessionRole Role => media?.Role ?? SessionRole.Caller;

    /// <summary>What it presents in DTLS.</summary>
    public SessionIdentity Identity => calls?.Identity ?? media!.Identity;

    /// <summary>Serialises what requests change of it.</summary>
    public SemaphoreSlim Gate => calls?.Gate ?? media!.Gate;

    /// <summary>Username fragments that lead to it.</summary>
    public IReadOnlyList<string> Fragments => media?.Fragments ?? calls?.OfferedFragments ?? [];

    /// <summary>What this node claimed for the stream that it publishes; null when that was nothing.</summary>
    public ClaimNotice? Claim { get; set; }

    /// <summary>What others have to know of its tracks, by section.</summary>
    public Dictionary<int, ExportMemory> Exports { get; } = [];

    /// <summary>Its tracks as viewers that stay take them from the other node, beside what they were here.</summary>
    public List<(TrackSource Source, RemoteTrack Track)> Followed { get; } = [];

    /// <summary>Readers of its data channels that stay.</summary>
    public ImmutableArray<ReadChannel> ReadersLeft { get; private set; } = [];

    /// <summary>Its TCP connections, once it is written.</summary>
    public ImmutableArray<MovingConnection> Connections { get; private set; } = [];

    /// <summary>Whether it is sent to over one of them.</summary>
    public bool IsOverConnection { get; set; }

    /// <summary>Whether both sides belong together still, and neither has ended. Threads: under its gate.</summary>
    public bool IsWhole =>
        Role == SessionRole.Caller
            ? calls is { IsOver: false } && ReferenceEquals(calls.Media, media)
            : media is { IsOver: false };

    /// <inheritdoc/>
    public bool IsEntered { get; set; }

    /// <inheritdoc/>
    public bool IsSettled { get; set; }

    /// <inheritdoc/>
    public bool IsReady => !HasFailed && (calls is null || HasCalls);

    /// <inheritdoc/>
    public bool IsWritten =>
        (media is null || _engine.Length > 0) && (calls is null || _calls.Length > 0);

    /// <summary>Whether something about it failed: it stays, if it is not written yet.</summary>
    public bool HasFailed { get; set; }

    /// <summary>Why it was not written, if that never changes.</summary>
    public PeerCapture? Obstacle { get; set; }

    /// <summary>Whether what requests change of it is written.</summary>
    private bool HasCalls => _calls.Length > 0;

    /// <summary>Writes what requests change of it, unless it cannot move. Threads: under its gate.</summary>
    public void WriteCalls(Instant now)
    {
        using var writer = new StateWriter(now, HandOverValues.SessionBytesMax);
        if (calls is null)
        {
            return;
        }

        if (CallsSessionForm.Write(writer, calls))
        {
            _calls = writer.Written.ToArray();
        }
        else if (!calls.IsOver)
        {
            Obstacle = writer.IsTooLong ? PeerCapture.TooLong : PeerCapture.Unreadable;
        }
    }

    /// <summary>A reader of its data channels stays that was to come along.</summary>
    public void AddReaderLeft(ReadChannel reader) => ReadersLeft = ReadersLeft.Add(reader);

    /// <summary>Takes what its shard wrote.</summary>
    public void Take(SessionCaptured captured)
    {
        _engine = captured.State;
        Obstacle = captured.Result is PeerCapture.TooLong or PeerCapture.Unreadable
            ? captured.Result
            : null;
        ReadersLeft = captured.ReadersLeft;
        Connections = captured.Connections;
        _connectionParts = captured.ConnectionParts;
        IsOverConnection |= _connectionParts.Any(part => part.Facts.IsSelected);
    }

    /// <summary>Its connections are somebody else's here, who finds them as those of a session that comes.</summary>
    public ImmutableArray<MovingConnection> TakeConnections()
    {
        var taken = Connections;
        Connections = [];
        return taken;
    }

    /// <summary>Closes its connections here. Who was given them has them still; otherwise its client dials again.</summary>
    public void CloseConnections()
    {
        foreach (var connection in TakeConnections())
        {
            connection.Dispose();
        }
    }

    /// <summary>Ends its connections, whoever has been given them: its client dials again at once.</summary>
    public void EndConnections()
    {
        foreach (var connection in TakeConnections())
        {
            connection.End();
        }
    }

    /// <summary>All of it as it goes into a letter. Secret.</summary>
    public byte[] Pack(Instant now) =>
        SessionParcel.Write(
            _engine,
            _calls,
            new Surroundings(Claim, Exports),
            Identity,
            _connectionParts,
            media?.Kept is not null,
            now
        );

    /// <summary>Clears its keys.</summary>
    public void Dispose()
    {
        CryptographicOperations.ZeroMemory(_engine);
        CryptographicOperations.ZeroMemory(_calls);
    }
}
