namespace Edge.Protocol.Ice;

/// <summary>The deadlines of an agent, apart from those of its check list.</summary>
internal enum IceTimer
{
    /// <summary>No path was found in time. Set by <see cref="IceAgent.SetRemote"/> and by a restart,
    /// cleared by the first authenticated check (lite) or by the nomination (controlling).</summary>
    Establish,

    /// <summary>Consent of the selected address runs out. Set with each consent, cleared when it is
    /// lost and by failure.</summary>
    Consent,

    /// <summary>The next consent check of a controlling agent. Set by the nomination and by itself,
    /// cleared when consent is lost and by failure.</summary>
    ConsentCheck,
}
