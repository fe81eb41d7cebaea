using Edge.Bus.Lan.Links;

namespace Edge.Bus.Lan.Lives;

/// <summary>One peer, its connection if there is one, and what is known of its life. Owner: <see cref="LanLives"/>, under its
/// lock.</summary>
internal sealed class PeerLife(string name, PeerPulse pulse)
{
    /// <summary>Its name.</summary>
    internal string Name { get; } = name;

    /// <summary>Whether it lives.</summary>
    internal PeerPulse Pulse { get; } = pulse;

    /// <summary>Over which it is heard; null while there is none.</summary>
    internal LanConnection? Connection { get; set; }

    /// <summary>When it was heard last, as of the last look.</summary>
    internal long HeardAt { get; set; }
}
