using System.Text;

namespace Edge.Protocol.Ice;

/// <summary>The credentials of both sides between two restarts, as the bytes that go on the wire.</summary>
internal sealed partial class IceGeneration
{
    private IceCredentials? _remote;

    /// <summary>Holds our half; the peer's may follow.</summary>
    public IceGeneration(IceCredentials local)
    {
        Local = local;
        LocalFragment = Encoding.ASCII.GetBytes(local.UsernameFragment);
        LocalPassword = Encoding.ASCII.GetBytes(local.Password);
    }

    /// <summary>Our half.</summary>
    public IceCredentials Local { get; }

    /// <summary>Our username fragment.</summary>
    public byte[] LocalFragment { get; }

    /// <summary>The password that protects requests to us.</summary>
    public byte[] LocalPassword { get; }

    /// <summary>The peer's username fragment; empty while unknown.</summary>
    public byte[] RemoteFragment { get; private set; } = [];

    /// <summary>The password that protects requests to the peer; empty while unknown.</summary>
    public byte[] RemotePassword { get; private set; } = [];

    /// <summary>Whether the peer's half is known, so that checks can be made.</summary>
    public bool HasRemote => RemotePassword.Length != 0;

    /// <summary>Whether a pair was nominated under these credentials.</summary>
    public bool IsNominated { get; set; }

    /// <summary>Takes the peer's half; false when it is the one already held.</summary>
    public bool TrySetRemote(IceCredentials remote)
    {
        if (remote == _remote)
        {
            return false;
        }

        _remote = remote;
        RemoteFragment = Encoding.ASCII.GetBytes(remote.UsernameFragment);
        RemotePassword = Encoding.ASCII.GetBytes(remote.Password);
        return true;
    }
}
