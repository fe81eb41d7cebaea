using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Ice;
using Edge.Wire.Sdp;
using Edge.Wire.State;

namespace Edge.Protocol.Negotiation.State;

/// <summary>The form in which a <see cref="RemoteTransport"/> goes to another process.</summary>
public static class RemoteTransportForm
{
    private const int AddressBytes = 16;
    private const int CandidateBytes = AddressBytes + sizeof(ushort);

    /// <summary>Writes a transport.</summary>
    public static void Write(StateWriter writer, RemoteTransport remote)
    {
        var group = writer.Begin();
        IceCredentialsForm.Write(writer, new(remote.UsernameFragment, remote.Password));
        writer.All(remote.Fingerprints, CertificateFingerprintForm.Write);
        writer.UInt((ulong)remote.LocalDtlsRole);
        writer.All(remote.Candidates, WriteCandidate);
        writer.Bool(remote.IsIceLite);
        writer.End(group);
    }

    /// <summary>Reads a transport, which has one fingerprint at least.</summary>
    public static bool TryRead(
        ref StateReader reader,
        [MaybeNullWhen(false)] out RemoteTransport remote
    )
    {
        remote = null;
        var group = reader.BeginWhole(valuesMin: 1);
        if (!IceCredentialsForm.TryRead(ref reader, out var credentials))
        {
            return false;
        }

        var read = new RemoteTransport(
            credentials.UsernameFragment,
            credentials.Password,
            reader.All<CertificateFingerprint>(
                SdpLimits.FingerprintsMax,
                CertificateFingerprintForm.TryRead
            ),
            (DtlsRole)reader.Int32((int)DtlsRole.Client),
            reader.All<NetworkAddress>(SdpLimits.CandidatesMax, TryReadCandidate),
            reader.Bool()
        );
        reader.End(group);
        remote = reader.IsBroken || read.Fingerprints.IsEmpty ? null : read;
        if (remote is null)
        {
            reader.Break();
        }

        return remote is not null;
    }

    /// <summary>Address and port: candidates of a description are no ends of TCP connections.</summary>
    private static void WriteCandidate(StateWriter writer, NetworkAddress candidate)
    {
        Span<byte> bytes = stackalloc byte[CandidateBytes];
        candidate.WriteIPv6(bytes);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[AddressBytes..], candidate.Port);
        writer.Bytes(bytes);
    }

    private static bool TryReadCandidate(ref StateReader reader, out NetworkAddress candidate)
    {
        candidate = default;
        var bytes = reader.Bytes(CandidateBytes);
        if (bytes.Length != CandidateBytes)
        {
            reader.Break();
            return false;
        }

        var port = BinaryPrimitives.ReadUInt16BigEndian(bytes[AddressBytes..]);
        candidate = NetworkAddress.FromIPv6(bytes[..AddressBytes], port);
        return true;
    }
}
