namespace Edge.Protocol.Ice;

/// <summary>Which state of an agent may follow which.</summary>
internal static class IceTransitions
{
    private const int Waiting = 1 << (int)IceState.Waiting;
    private const int Checking = 1 << (int)IceState.Checking;
    private const int Validated = 1 << (int)IceState.Validated;
    private const int Nominated = 1 << (int)IceState.Nominated;
    private const int ConsentLost = 1 << (int)IceState.ConsentLost;
    private const int Failed = 1 << (int)IceState.Failed;

    /// <summary>Each state's successors, itself among them where an input may leave it as it is; the
    /// way back to Waiting is a restart.</summary>
    private static ReadOnlySpan<byte> Next =>
        [
            Waiting | Checking | Validated | Nominated | Failed,
            Checking | Waiting | Validated | Failed,
            Validated | Waiting | Nominated | ConsentLost | Failed,
            Nominated | Waiting | Checking | ConsentLost | Failed,
            Waiting | Validated | Nominated,
            Waiting,
        ];

    /// <summary>Whether a state may be followed by another.</summary>
    public static bool IsAllowed(IceState state, IceState next) =>
        (Next[(int)state] & (1 << (int)next)) != 0;
}
