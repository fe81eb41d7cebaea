namespace Control.Contract.Calls;

/// <summary>What a published track shows, as far as it matters for who is served first.</summary>
public enum TrackContent
{
    /// <summary>Nothing in particular was said.</summary>
    Any,

    /// <summary>A shared screen.</summary>
    Screen,
}
