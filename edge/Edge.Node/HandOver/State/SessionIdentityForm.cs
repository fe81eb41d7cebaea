using Edge.Node.Sessions.Identities;
using Edge.Wire.State;

namespace Edge.Node.HandOver.State;

/// <summary>The form in which a session's identity goes to another node.</summary>
internal static class SessionIdentityForm
{
    /// <summary>Most bytes of a certificate, and of a key. Chosen: ours are 300 and 140; longer keys than those of P-256 would
    /// fit.</summary>
    private const int BytesMax = 4 * 1024;

    /// <summary>Writes it. Secret: it holds the key.</summary>
    public static void Write(StateWriter writer, SessionIdentity identity)
    {
        var group = writer.Begin();
        writer.Bytes(identity.Certificate.Certificate);
        writer.Bytes(identity.Certificate.PrivateKey);
        writer.End(group);
    }

    /// <summary>Reads it; null when it makes no sense. The version before did not write it: a session of it gets that of this
    /// node, as it did there.</summary>
    public static SessionIdentity? TryRead(ref StateReader reader, SessionIdentities identities)
    {
        if (reader.IsNothing())
        {
            return reader.IsBroken ? null : identities.Own;
        }

        var group = reader.BeginWhole(valuesMin: 2);
        var certificate = reader.Bytes(BytesMax);
        var privateKey = reader.Bytes(BytesMax);
        reader.End(group);
        return reader.IsBroken ? null : identities.TryFind(certificate, privateKey);
    }
}
