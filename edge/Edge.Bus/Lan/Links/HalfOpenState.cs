namespace Edge.Bus.Lan.Links;

/// <summary>How far a connection that came in has proved itself.</summary>
internal enum HalfOpenState : byte
{
    /// <summary>It has to say hello.</summary>
    Hello,

    /// <summary>It was answered and has to send its first record.</summary>
    Confirm,

    /// <summary>It is of the PoP.</summary>
    Proved,

    /// <summary>It was there to be heard, and is over.</summary>
    Heard,

    /// <summary>It is not, or broke.</summary>
    Refused,
}
