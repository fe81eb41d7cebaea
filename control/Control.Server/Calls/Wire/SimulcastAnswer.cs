namespace Control.Server.Calls.Wire;

/// <summary>Which layer a viewer asked for.</summary>
internal sealed record SimulcastAnswer(
    string? PreferredRid,
    string PriorityOrdering,
    string RidNotAvailable
);
