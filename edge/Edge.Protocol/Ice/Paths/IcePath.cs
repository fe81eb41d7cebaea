using Edge.Primitives;

namespace Edge.Protocol.Ice.Paths;

/// <summary>Where the peer may be reached, which of its addresses is used, and until when.</summary>
internal sealed partial class IcePath
{
    private readonly ValidatedAddresses _validated = new();
    private readonly TimeSpan _consentTimeout;
    private NetworkAddress _selected;

    /// <summary>Starts with nothing validated.</summary>
    public IcePath(TimeSpan consentTimeout) => _consentTimeout = consentTimeout;

    /// <summary>The address that is used; empty when there is none.</summary>
    public NetworkAddress Selected => _selected;

    /// <summary>The credentials under which it was selected; null while nothing is.</summary>
    public IceGeneration? SelectedUnder { get; private set; }

    /// <summary>When the selected address gave consent last; <see cref="Instant.Never"/> if it never
    /// did.</summary>
    public Instant ConsentAt { get; private set; } = Instant.Never;

    /// <summary>When the consent of the selected address runs out.</summary>
    public Instant ExpiresAt => ConsentAt + _consentTimeout;

    /// <summary>The addresses that passed a check.</summary>
    public ValidatedAddresses Validated => _validated;

    /// <summary>Whether an address passed a check.</summary>
    public bool IsValidated(in NetworkAddress address) => _validated.Contains(in address);

    /// <summary>Whether the selected address consents.</summary>
    public bool HasConsent(Instant now) => ConsentAt.IsSet && now < ExpiresAt;

    /// <summary>Notes that an address passed a check.</summary>
    /// <returns>True when that is new.</returns>
    public bool NoteAuthenticated(
        in NetworkAddress address,
        Instant now,
        out NetworkAddress forgotten
    ) => _validated.NoteAuthenticated(in address, now, in _selected, out forgotten);

    /// <summary>Notes that a validated address consents.</summary>
    public void NoteConsent(in NetworkAddress address, Instant now)
    {
        _validated.NoteConsent(in address, now);
        if (address == _selected)
        {
            ConsentAt = now;
        }
    }

    /// <summary>Notes that a validated address consents, of which nobody knows yet whether the peer is there: for the one
    /// that is used this counts once it is proved.</summary>
    public void NoteUnprovedConsent(in NetworkAddress address, Instant now) =>
        _validated.NoteConsent(in address, now);

    /// <summary>Uses an address from now on.</summary>
    /// <returns>True when it was another one before.</returns>
    public bool Select(in NetworkAddress address, IceGeneration generation)
    {
        var isChange = SelectedUnder is null || _selected != address;
        _selected = address;
        SelectedUnder = generation;
        ConsentAt = _validated.ConsentAt(in address);
        return isChange;
    }

    /// <summary>Forgets an address, and with it its consent; false when it is not validated.</summary>
    public bool TryForget(in NetworkAddress address)
    {
        if (!_validated.TryRemove(in address))
        {
            return false;
        }

        if (address == _selected)
        {
            ConsentAt = Instant.Never;
        }

        return true;
    }

    /// <summary>Finds another address whose consent has not run out.</summary>
    public bool TryFindOther(Instant now, out NetworkAddress address) =>
        _validated.TryFindLatestConsent(out address, out var at) && now < at + _consentTimeout;

    /// <summary>Forgets all consent: the peer has withdrawn it.</summary>
    public void WithdrawConsent()
    {
        _validated.WithdrawConsent();
        ConsentAt = Instant.Never;
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        hash.Add(_selected);
        hash.Add(SelectedUnder);
        hash.Add(ConsentAt);
        _validated.AddTo(ref hash);
    }
}
