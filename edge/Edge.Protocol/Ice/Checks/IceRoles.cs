using Edge.Primitives;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Checks;

/// <summary>Settles who nominates (RFC 8445 §6.1.1, §7.3.1.1).</summary>
internal sealed partial class IceRoles
{
    private readonly IceMode _mode;
    private readonly Prng _random;
    private ulong _tieBreaker;

    /// <summary>Starts with the role of the mode.</summary>
    public IceRoles(IceMode mode, Prng random)
    {
        _mode = mode;
        _random = random;
        Role = mode == IceMode.Lite ? IceRole.Controlled : IceRole.Controlling;
    }

    /// <summary>Our role.</summary>
    public IceRole Role { get; private set; }

    /// <summary>Drawn when first needed, because a constructor draws nothing.</summary>
    public ulong TieBreaker
    {
        get
        {
            while (_tieBreaker == 0)
            {
                _tieBreaker = _random.NextUInt64();
            }

            return _tieBreaker;
        }
    }

    /// <summary>Compares the role a request claims with ours, and takes the other one when the peer's
    /// claim is the stronger. A request that claims none is fine: FFmpeg 8.0 sends such ones.</summary>
    /// <returns>False when the peer has to switch.</returns>
    public bool TryResolve(in StunMessage request)
    {
        if (_mode == IceMode.Lite)
        {
            return !request.TryReadIceControlled(out _);
        }

        if (Role == IceRole.Controlling && request.TryReadIceControlling(out var controlling))
        {
            if (TieBreaker >= controlling)
            {
                return false;
            }

            Role = IceRole.Controlled;
        }
        else if (Role == IceRole.Controlled && request.TryReadIceControlled(out var controlled))
        {
            if (TieBreaker < controlled)
            {
                return false;
            }

            Role = IceRole.Controlling;
        }

        return true;
    }

    /// <summary>Gives up a role that the peer refused with 487, unless that was done since the check
    /// was sent (RFC 8445 §7.2.5.1).</summary>
    public void HandleRefusal(IceRole claimed)
    {
        if (claimed == Role)
        {
            Role = claimed == IceRole.Controlling ? IceRole.Controlled : IceRole.Controlling;
        }
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        hash.Add(Role);
        hash.Add(_tieBreaker);
    }
}
