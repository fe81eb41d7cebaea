namespace Edge.Bus.Lan.Handshakes;

/// <summary>One side of a handshake.</summary>
/// <param name="Name">Its name.</param>
/// <param name="VersionMin">The oldest version of the protocol that it speaks.</param>
/// <param name="VersionMax">The newest one.</param>
internal readonly record struct HandshakeParty(string Name, byte VersionMin, byte VersionMax)
{
    /// <summary>The oldest version that this code speaks.</summary>
    public const byte OldestVersion = 1;

    /// <summary>The newest version that this code speaks.</summary>
    public const byte NewestVersion = 1;

    /// <summary>Which life of the process it is: another one has another number. 0: it does not say, as versions before
    /// did not.</summary>
    public long Life { get; init; }

    /// <summary>Something comes of it at least as often as this, in ms. 0: it does not say, and heeds no such promise
    /// of others.</summary>
    public ushort SignMs { get; init; }

    /// <summary>A process that runs this code.</summary>
    public static HandshakeParty Of(string name) => new(name, OldestVersion, NewestVersion);

    /// <summary>The newest version that both speak; 0 for none.</summary>
    public byte Choose(in HandshakeParty other)
    {
        var chosen = Math.Min(VersionMax, other.VersionMax);
        return chosen >= Math.Max(VersionMin, other.VersionMin) ? chosen : (byte)0;
    }
}
