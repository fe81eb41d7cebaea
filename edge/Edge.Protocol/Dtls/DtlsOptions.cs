namespace Edge.Protocol.Dtls;

/// <summary>Timing of the DTLS handshake.</summary>
public sealed record DtlsOptions
{
    /// <summary>The defaults.</summary>
    public static DtlsOptions Default { get; } = new();

    /// <summary>Wait before a flight is sent again for the first time. Default 50 ms, range 10 ms to 1 s.
    /// As Firefox and Chromium do; RFC 6347 §4.2.4.1 asks for 1 s but allows less where timing matters.</summary>
    public TimeSpan RetransmitFirst { get; init; } = TimeSpan.FromMilliseconds(50);

    /// <summary>Longest wait; each is twice the one before up to here. Default 1 s, range up to 60 s.
    /// Chosen: about 23 tries before the deadline, so that a link losing half of all packets still
    /// connects with a probability above 99 %.</summary>
    public TimeSpan RetransmitMax { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Time from <see cref="DtlsAssociation.Start"/> to giving up. Default 20 s, range 1 s to
    /// 120 s. Chosen: longer than a person waits, shorter than a browser's own patience (30 s).</summary>
    public TimeSpan HandshakeTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Time after which one more engine may be made for an association, beyond a first few: it
    /// bounds what forged ClientHellos can cost. Default 5 ms, range 0 to 50 ms. Chosen: answering one
    /// takes a third of a handshake's 1.5 ms, so a flood costs a tenth of a core.</summary>
    public TimeSpan EngineInterval { get; init; } = TimeSpan.FromMilliseconds(5);

    /// <summary>Every problem of these options, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> problems = [];
        if (
            RetransmitFirst < TimeSpan.FromMilliseconds(10)
            || RetransmitFirst > TimeSpan.FromSeconds(1)
        )
        {
            problems.Add("RetransmitFirst must be 10 ms to 1 s.");
        }

        if (RetransmitMax < RetransmitFirst || RetransmitMax > TimeSpan.FromSeconds(60))
        {
            problems.Add("RetransmitMax must be RetransmitFirst to 60 s.");
        }

        if (
            HandshakeTimeout < TimeSpan.FromSeconds(1)
            || HandshakeTimeout > TimeSpan.FromSeconds(120)
        )
        {
            problems.Add("HandshakeTimeout must be 1 s to 120 s.");
        }

        if (EngineInterval < TimeSpan.Zero || EngineInterval > TimeSpan.FromMilliseconds(50))
        {
            problems.Add("EngineInterval must be 0 to 50 ms.");
        }

        return problems;
    }
}
