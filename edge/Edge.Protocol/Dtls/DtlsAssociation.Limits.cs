using Edge.Protocol.Srtp;

namespace Edge.Protocol.Dtls;

/// <content>Numbers of records that may be used only once others know of it.</content>
public sealed partial class DtlsAssociation
{
    private bool _isLimited;

    /// <summary>Whether a record was refused because its number was not granted, and nothing was granted since.</summary>
    public bool HasLapsed => _records is { HasLapsed: true };

    /// <summary>Whether more should be granted, since <see cref="HandleAsked"/>.</summary>
    public bool IsWanting => _records is { IsWanting: true };

    /// <summary>How far numbers are used, and may be; null while the library writes the records.</summary>
    public IndexUse? Numbers => _records?.Numbers;

    /// <summary>The highest number of a record that was received; null while the library reads them.</summary>
    public long? ReceivedNumber => _records?.ReceivedNumber;

    /// <summary>From now on no record of the record layer is written under a number that was not granted.</summary>
    public void LimitNumbers()
    {
        _isLimited = true;
        _records?.LimitNumbers();
    }

    /// <summary>Every number may be used again.</summary>
    public void LiftLimits()
    {
        _isLimited = false;
        _records?.LiftLimits();
    }

    /// <summary>Lets numbers be used.</summary>
    /// <returns>False while the library writes the records.</returns>
    public bool Grant(long last, long askAfter)
    {
        _records?.Grant(last, askAfter);
        return _records is not null;
    }

    /// <summary>Counts every number of the record layer up to one as used.</summary>
    /// <returns>False while there is none.</returns>
    public bool Advance(long last)
    {
        _records?.Advance(last);
        return _records is not null;
    }

    /// <summary>Counts every number of the peer's records up to one as received.</summary>
    /// <returns>False while there is no record layer.</returns>
    public bool AdvanceReceived(long last)
    {
        _records?.AdvanceReceived(last);
        return _records is not null;
    }

    /// <summary>Notes that more was asked for.</summary>
    public void HandleAsked() => _records?.HandleAsked();
}
