namespace Control.Server.Calls;

/// <summary>Who may ask for an operation.</summary>
internal enum CallsScope
{
    /// <summary>Holders of the app's secret.</summary>
    App,

    /// <summary>They, and tokens of a group, for that group.</summary>
    Group,

    /// <summary>They, and invitations.</summary>
    NewToken,

    /// <summary>They, and tokens that are not limited to one session.</summary>
    NewSession,

    /// <summary>They, and tokens limited to the session or of its owner.</summary>
    Session,
}
