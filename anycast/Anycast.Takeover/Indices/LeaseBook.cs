namespace Anycast.Takeover.Indices;

/// <summary>Where the leases of one session leave word that one of them wants more.</summary>
/// <param name="session">Which session.</param>
/// <param name="wanting">Those of a node of which one does. It has room for all: who takes an index may not allocate.</param>
internal sealed class LeaseBook(SessionKey session, List<LeaseBook> wanting)
{
    private bool _isListed;

    /// <summary>Which session.</summary>
    public SessionKey Session { get; } = session;

    /// <summary>Whether one does.</summary>
    public bool AnyWanting { get; private set; }

    /// <summary>One does.</summary>
    public void Want()
    {
        AnyWanting = true;
        if (!_isListed)
        {
            _isListed = true;
            wanting.Add(this);
        }
    }

    /// <summary>All that want more are being served.</summary>
    public void Serve() => AnyWanting = false;

    /// <summary>The list was emptied.</summary>
    public void Unlist() => _isListed = false;
}
