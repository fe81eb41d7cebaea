namespace Edge.Hosting.Settings;

/// <summary>The programs that read settings. One settings file serves all of them, so each knows the names
/// that only another one reads.</summary>
[Flags]
public enum Executables
{
    /// <summary>None of them.</summary>
    None = 0,

    /// <summary>`control`: HTTP, and standalone the media node too.</summary>
    Control = 1,

    /// <summary>`edge`: a media node.</summary>
    Edge = 2,

    /// <summary>`anycastd`: announces the address of a node that is well.</summary>
    Anycast = 4,

    /// <summary>Those that have to do with sessions.</summary>
    Servers = Control | Edge,

    /// <summary>All of them.</summary>
    All = Servers | Anycast,
}
