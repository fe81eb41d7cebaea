namespace Control.Contract.Calls;

/// <summary>How a track or a data channel of a session is.</summary>
public enum TrackStatus
{
    /// <summary>It was agreed; nothing came or went yet.</summary>
    Initializing,

    /// <summary>It is there.</summary>
    Active,

    /// <summary>It has ended, or its publisher is silent.</summary>
    Inactive,
}
