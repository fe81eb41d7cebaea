using System.Buffers.Binary;
using System.Text;
using Edge.Primitives;
using Edge.Wire.Stun;
using Interop.Tests.Scripted;

namespace Interop.Tests.BadInput;

/// <summary>Datagrams that attackers send.</summary>
internal static class Junk
{
    private const int BytesMax = 1400;

    /// <summary>The ClientHello of the ES2023-01 advisory, with only TLS_NULL ciphers.</summary>
    public static byte[] ClientHello { get; } =
        Convert.FromBase64String(
            "Fv7/AAAAAAAAAAAAfAEAAHAAAAAAAAAAcP79AAAAAG4HCVaUNVbYVmxuqdn2WyCgtTijhZ+WheP/+H4AAAACAAAB"
                + "AABEABcAAP8BAAEAAAoACAAGAB0AFwAYAAsAAgEAACMAAAANABQAEgQDCAQEAQUDCAUFAQgGBgECAQAOAAkA"
                + "BgABAAgABwA="
        );

    /// <summary>One of every kind against a session.</summary>
    public static IEnumerable<byte[]> AgainstSession(AnsweredTransport target, Prng random)
    {
        yield return Noise(random);
        yield return Check(target.RemoteFragment, target.LocalFragment, random);
        yield return Check(target.RemoteFragment, "", random);
        yield return ClientHello;
        yield return Spray(random);
        // The flood of CVE-2021-41105, and the 4 bytes of RTCP of CVE-2017-14099.
        yield return [0x80, 0x00, 0x70, 0x28, 0x09, 0xCD, 0x2D, 0x15, 0xFD, 0x3E, 0x5C, 0x86, 0x41];
        yield return [0x80, 0xC8, 0x00, 0x00];
    }

    private static byte[] Noise(Prng random)
    {
        var datagram = new byte[1 + random.NextInt32(BytesMax)];
        random.Fill(datagram);
        return datagram;
    }

    /// <summary>A check with the right names and a wrong password.</summary>
    private static byte[] Check(string receiver, string sender, Prng random)
    {
        var message = new byte[StunMessage.BytesMax];
        var writer = new StunMessageWriter(
            message,
            StunClass.Request,
            StunMethod.Binding,
            StunTransactionId.Create(random)
        );
        writer.AddUsername(Encoding.ASCII.GetBytes(receiver), Encoding.ASCII.GetBytes(sender));
        writer.AddPriority(1);
        writer.AddIceControlling(1);
        writer.AddUseCandidate();
        writer.AddMessageIntegrity("this is not the password"u8);
        writer.AddFingerprint();
        return message[..writer.Complete()];
    }

    /// <summary>172 bytes of plain RTP, as the RTP Bleed tools send it.</summary>
    private static byte[] Spray(Prng random)
    {
        var datagram = new byte[172];
        random.Fill(datagram);
        datagram[0] = 0x80;
        datagram[1] = (byte)random.NextInt32(128);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(2), (ushort)random.NextInt32(65536));
        return datagram;
    }
}
