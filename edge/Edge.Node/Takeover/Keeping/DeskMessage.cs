using System.Collections.Immutable;
using Edge.Node.HandOver.Taking;
using Edge.Node.Sessions;

namespace Edge.Node.Takeover.Keeping;

/// <summary>What others tell the desk.</summary>
internal abstract record DeskMessage
{
    private DeskMessage() { }

    /// <summary>A session is this node's.</summary>
    internal sealed record Known(Session Session) : DeskMessage;

    /// <summary>A session has ended.</summary>
    internal sealed record Forgotten(Session Session) : DeskMessage;

    /// <summary>How far a session is.</summary>
    internal sealed record Report(KeptReport Said) : DeskMessage;

    /// <summary>A session was portrayed, from a moment on; null when that could not be.</summary>
    internal sealed record Portrayed(OwnSession Own, byte[]? Portrait, Edge.Primitives.Instant At)
        : DeskMessage;

    /// <summary>Sessions that are this node's, and of which a letter could not be used, go on from portraits.</summary>
    internal sealed record GoOn(IReadOnlyList<Anycast.Takeover.SessionKey> Claimed) : DeskMessage;

    /// <summary>A session is to be portrayed as it is now; the completion tells that others have that.</summary>
    internal sealed record Keep(Session Session, TaskCompletionSource Done) : DeskMessage;

    /// <summary>Sessions are to be another node's; the completion tells whether all are.</summary>
    internal sealed record Give(
        ImmutableArray<Session> Sessions,
        ushort To,
        TaskCompletionSource<bool> Done
    ) : DeskMessage;

    /// <summary>It took too long to make sessions another node's.</summary>
    internal sealed record GiveUp(ImmutableArray<Session> Sessions) : DeskMessage;

    /// <summary>Sessions that another node gave are taken; the completion tells whether all are this node's.</summary>
    internal sealed record Claim(
        IReadOnlyList<Anycast.Takeover.SessionKey> Sessions,
        Edge.Primitives.Instant Until,
        TaskCompletionSource<bool> Done
    ) : DeskMessage;

    /// <summary>Another process says something about sessions.</summary>
    internal sealed record Frame(byte[] Bytes) : DeskMessage;

    /// <summary>Another process says that it is there.</summary>
    internal sealed record Hello(byte[] Bytes) : DeskMessage;

    /// <summary>Another process seems to have ended.</summary>
    internal sealed record Missed(ushort Node) : DeskMessage;

    /// <summary>It was tried to go on with sessions of other nodes.</summary>
    internal sealed record Survived(
        SessionRole Role,
        IReadOnlyList<TakenSession> Tried,
        SurvivalOutcome Outcome
    ) : DeskMessage;
}
