namespace Edge.Protocol.Ice;

/// <summary>Counts since an agent was made.</summary>
public struct IceStats
{
    /// <summary>Requests that were authenticated and accepted.</summary>
    public long RequestsAccepted;

    /// <summary>Requests that were answered with 487 (role conflict).</summary>
    public long RoleConflicts;

    /// <summary>Requests that were answered with 420 (unknown attribute).</summary>
    public long UnknownAttributes;

    /// <summary>Responses that were authenticated and belonged to a check of ours.</summary>
    public long ResponsesAccepted;

    /// <summary>Datagrams that were no STUN message.</summary>
    public long Malformed;

    /// <summary>Messages of another method, and indications.</summary>
    public long NotAChecks;

    /// <summary>Messages with a wrong FINGERPRINT.</summary>
    public long BadFingerprints;

    /// <summary>Requests without a USERNAME of ours.</summary>
    public long UnknownUsernames;

    /// <summary>Messages without a valid MESSAGE-INTEGRITY.</summary>
    public long BadIntegrities;

    /// <summary>Responses that nothing had asked for.</summary>
    public long UnknownTransactions;

    /// <summary>Messages that came after the agent had failed.</summary>
    public long AfterFailure;

    /// <summary>Checks that were sent, retransmissions included.</summary>
    public long ChecksSent;

    /// <summary>Answers that were sent.</summary>
    public long AnswersSent;

    /// <summary>Messages dropped because the outbox was full.</summary>
    public long OutboxOverflows;

    /// <summary>Answers not sent because they would have been longer than the request.</summary>
    public long OversizedAnswers;

    /// <summary>Events dropped because the owner did not take them.</summary>
    public long EventOverflows;
}
