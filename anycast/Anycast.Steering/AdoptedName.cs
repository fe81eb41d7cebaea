namespace Anycast.Steering;

/// <summary>What of a session names the node that it was made at.</summary>
public enum AdoptedName : byte
{
    /// <summary>Its id.</summary>
    Session,

    /// <summary>A username fragment.</summary>
    Fragment,
}
