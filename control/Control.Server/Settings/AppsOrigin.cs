namespace Control.Server.Settings;

/// <summary>Where the apps of a process came from.</summary>
internal enum AppsOrigin
{
    /// <summary>EDGE_APPS. Their secrets are shown to nobody.</summary>
    Configured,

    /// <summary>The well-known app of a process on loopback; its secret is in the documentation.</summary>
    Development,

    /// <summary>Made at this start, for --lan; printed once on the terminal.</summary>
    Generated,
}
