namespace Anycast.Health;

/// <summary>What a health core counted.</summary>
public record struct HealthStats
{
    /// <summary>Rounds judged.</summary>
    public long Rounds;

    /// <summary>Times that the node looked ill enough to go and stayed, because no other has the address.</summary>
    public long FailStatic;

    /// <summary>Times that a healthy node waited for the end of its hold.</summary>
    public long HeldBack;
}
