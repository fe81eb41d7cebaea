using System.Security.Cryptography;
using Edge.Wire.State;

namespace Edge.Protocol.Srtp;

/// <content>How they come into another process.</content>
public sealed partial class SrtpKeyingMaterial
{
    private const int BytesMax = 32;

    /// <summary>Writes keys and salts.</summary>
    internal void Write(StateWriter writer)
    {
        var outer = writer.Begin();
        writer.UInt((ulong)Profile);
        writer.Bytes(_localKey);
        writer.Bytes(_localSalt);
        writer.Bytes(_remoteKey);
        writer.Bytes(_remoteSalt);
        writer.End(outer);
    }

    /// <summary>Reads what was written; null when it is nothing usable.</summary>
    internal static SrtpKeyingMaterial? Read(ref StateReader reader)
    {
        var outer = reader.BeginWhole(valuesMin: 5);
        var profile = (SrtpProfile)reader.UInt16();
        var localKey = reader.Bytes(BytesMax);
        var localSalt = reader.Bytes(BytesMax);
        var remoteKey = reader.Bytes(BytesMax);
        var remoteSalt = reader.Bytes(BytesMax);
        reader.End(outer);
        var isUsable =
            KeyBytes(profile) > 0
            && localKey.Length == KeyBytes(profile)
            && remoteKey.Length == KeyBytes(profile)
            && localSalt.Length == SaltBytes(profile)
            && remoteSalt.Length == SaltBytes(profile);
        if (!isUsable)
        {
            reader.Break();
        }

        return reader.IsBroken ? null : new(profile, localKey, localSalt, remoteKey, remoteSalt);
    }

    /// <summary>Erases keys and salts, which nobody needs here any more.</summary>
    internal void Clear()
    {
        CryptographicOperations.ZeroMemory(_localKey);
        CryptographicOperations.ZeroMemory(_localSalt);
        CryptographicOperations.ZeroMemory(_remoteKey);
        CryptographicOperations.ZeroMemory(_remoteSalt);
    }
}
