namespace Anycast.Takeover.Indices;

/// <summary>Where the leases of a session, or of all sessions of a node, leave word that one of them wants more.</summary>
internal sealed class LeaseBook(LeaseBook? parent)
{
    /// <summary>Whether one does.</summary>
    public bool AnyWanting { get; set; }

    /// <summary>One does.</summary>
    public void Want()
    {
        AnyWanting = true;
        parent?.Want();
    }
}
