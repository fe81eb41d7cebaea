namespace Control.Contract.Calls;

/// <summary>Which way a track or a data channel goes, seen from the client.</summary>
public enum TrackLocation
{
    /// <summary>The client publishes it.</summary>
    Local,

    /// <summary>The client is sent another session's.</summary>
    Remote,
}
