namespace Anycast.Health;

/// <summary>What is to be done with the address.</summary>
public enum HealthAction : byte
{
    /// <summary>Announce it here.</summary>
    Announce,

    /// <summary>Withdraw it here.</summary>
    Withdraw,
}
