namespace Edge.Protocol.Ice;

/// <summary>Counts since an agent was made.</summary>
public partial struct IceStats
{
    /// <summary>Requests that were authenticated and accepted.</summary>
    public long RequestsAccepted { get; internal set; }

    /// <summary>Requests that were answered with 487 (role conflict).</summary>
    public long RoleConflicts { get; internal set; }

    /// <summary>Requests that were answered with 420 (unknown attribute).</summary>
    public long UnknownAttributes { get; internal set; }

    /// <summary>Responses that were authenticated and belonged to a check of ours.</summary>
    public long ResponsesAccepted { get; internal set; }

    /// <summary>Datagrams that were no STUN message.</summary>
    public long Malformed { get; internal set; }

    /// <summary>Messages of another method, and indications.</summary>
    public long NotAChecks { get; internal set; }

    /// <summary>Messages with a wrong FINGERPRINT.</summary>
    public long BadFingerprints { get; internal set; }

    /// <summary>Requests without a USERNAME of ours.</summary>
    public long UnknownUsernames { get; internal set; }

    /// <summary>Messages without a valid MESSAGE-INTEGRITY.</summary>
    public long BadIntegrities { get; internal set; }

    /// <summary>Responses that nothing had asked for.</summary>
    public long UnknownTransactions { get; internal set; }

    /// <summary>Messages that came after the agent had failed.</summary>
    public long AfterFailure { get; internal set; }

    /// <summary>Checks that were sent, retransmissions included.</summary>
    public long ChecksSent { get; internal set; }

    /// <summary>Answers that were sent.</summary>
    public long AnswersSent { get; internal set; }

    /// <summary>Messages dropped because the outbox was full.</summary>
    public long OutboxOverflows { get; internal set; }

    /// <summary>Answers not sent because they would have been longer than the request, and requests to addresses that are
    /// not proved because they would have been longer than the check from there.</summary>
    public long OversizedAnswers { get; internal set; }

    /// <summary>Events dropped because the owner did not take them.</summary>
    public long EventOverflows { get; internal set; }
}
