using Edge.Primitives;

namespace Edge.Protocol.Ice;

/// <content>How it goes on from what was written some time before its process ended.</content>
public sealed partial class IceAgent
{
    /// <summary>Goes on as if the peer had been heard until now by the process that ended: had its consent been lost, that would have been
    /// written. It lasts for <see cref="IceOptions.SilenceMax"/>, within which every peer that is still there checks; and
    /// if it checks from elsewhere, it may have gone there meanwhile. Our requests under way are not answered any more.</summary>
    internal void Revive(Instant now)
    {
        var consentAt = now - _options.ConsentTimeout + _options.SilenceMax;
        if (_path.ConsentAt.IsSet && _path.ConsentAt < consentAt)
        {
            var selected = _path.Selected;
            _path.NoteConsent(in selected, consentAt);
        }

        if (_timers[IceTimer.Consent].IsSet)
        {
            _timers.Set(IceTimer.Consent, _path.ExpiresAt);
        }

        ArmEstablishTimer(isNeeded: _timers[IceTimer.Establish].IsSet, now);
        _sender.Transactions.Clear();
    }
}
