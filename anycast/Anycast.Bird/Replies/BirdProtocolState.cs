namespace Anycast.Bird.Replies;

/// <summary>Whether a protocol of BIRD's runs.</summary>
public enum BirdProtocolState : byte
{
    /// <summary>It does not: its routes are gone.</summary>
    Down,

    /// <summary>It starts or ends.</summary>
    Between,

    /// <summary>It does.</summary>
    Up,
}
