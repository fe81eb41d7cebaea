namespace Edge.Wire.Sctp.Chunks;

/// <summary>What became of a reconfiguration request (RFC 6525 §4.4).</summary>
public enum SctpReconfigResult : uint
{
    /// <summary>There was nothing to do.</summary>
    NothingToDo = 0,

    /// <summary>Done.</summary>
    Performed = 1,

    /// <summary>The receiver does not want it.</summary>
    Denied = 2,

    /// <summary>A stream number that is not there.</summary>
    WrongSsn = 3,

    /// <summary>Another request is under way.</summary>
    RequestInProgress = 4,

    /// <summary>The request's number is neither the expected one nor the one before.</summary>
    BadSequenceNumber = 5,

    /// <summary>Data that comes before the reset is still missing: ask again.</summary>
    InProgress = 6,
}
