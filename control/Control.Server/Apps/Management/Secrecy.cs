namespace Control.Server.Apps.Management;

/// <summary>Whether an answer has the secret.</summary>
internal enum Secrecy
{
    /// <summary>It has not.</summary>
    Hidden,

    /// <summary>It has: it was drawn just now.</summary>
    Shown,
}
