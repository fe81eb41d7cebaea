using System.Buffers.Binary;
using Edge.Protocol.Srtp;
using Edge.Protocol.Tests.Srtp.Ciphers;
using Edge.Testing;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>SRTP against the vectors of RFC 3711, RFC 7714 and whole packets of libsrtp.</summary>
public sealed class SrtpVectorTests
{
    public static TheoryData<CipherKind> Kinds => CipherKinds.All;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Derive_Rfc3711AppendixB3_GivesTheKeys(CipherKind kind)
    {
        var vectors = Vectors.Load("rfc3711/key-derivation.txt");
        using var master = CipherKinds.Factory(kind).CreateKeyStream(vectors["master key"]);
        for (byte label = 0; label < 6; label++)
        {
            var expected = vectors[$"{label}"];
            var key = new byte[expected.Length];
            SrtpKeyDerivation.Derive(master, vectors["master salt"], label, key);

            Assert.Equal(expected, key);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Apply_Rfc3711AppendixB2_GivesTheKeyStream(CipherKind kind)
    {
        var vectors = Vectors.Load("rfc3711/aes-cm.txt");
        var stream = new byte[vectors["stream"].Length];
        using var cipher = CipherKinds.Factory(kind).CreateKeyStream(vectors["key"]);

        Assert.True(cipher.Apply(vectors["counter"], new(stream, []), stream));
        Assert.Equal(vectors["stream"], stream);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void SealOpen_Rfc7714_MatchInAnyCut(CipherKind kind)
    {
        foreach (var file in (string[])["rfc7714/srtp.txt", "rfc7714/srtcp.txt"])
        {
            CheckRfc7714(CipherKinds.Factory(kind), file, bits: 128);
            CheckRfc7714(CipherKinds.Factory(kind), file, bits: 256);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Session_WholePackets_MatchBothWays(CipherKind kind)
    {
        CheckSession(CipherKinds.Factory(kind), "srtp/aes-cm-128-sha1-80.txt");
        CheckSession(CipherKinds.Factory(kind), "srtp/aead-aes-128-gcm.txt");
    }

    private static void CheckRfc7714(ISrtpCipherFactory ciphers, string file, int bits)
    {
        var vectors = Vectors.Load(file);
        var text = vectors["text"];
        var associated = vectors["associated"];
        var key = vectors[$"key {bits}"];
        using var seal = ciphers.CreateAead(key, SrtpDirection.Protect);
        using var open = ciphers.CreateAead(key, SrtpDirection.Unprotect);
        for (var cut = 0; cut <= text.Length; cut++)
        {
            var packet = new byte[text.Length + 16];
            text.AsSpan(0, cut).CopyTo(packet);
            var body = packet.AsSpan(0, text.Length);
            var tag = packet.AsSpan(text.Length);
            var data = new SrtpAssociatedData(associated.AsSpan(0, 8), associated.AsSpan(8));
            var plain = new SrtpPlainText(body[..cut], text.AsSpan(cut));

            Assert.True(seal.Seal(vectors["iv"], data, plain, body, tag));
            Assert.Equal(vectors[$"sealed {bits}"], packet);
            Assert.True(open.Open(vectors["iv"], data, body, tag));
            Assert.Equal(text, body.ToArray());
        }
    }

    private static void CheckSession(ISrtpCipherFactory ciphers, string file)
    {
        var vectors = Vectors.Load(file);
        var profile = (SrtpProfile)BinaryPrimitives.ReadUInt16BigEndian(vectors["profile"]);
        var key = vectors["master key"];
        var salt = vectors["master salt"];
        using var session = new SrtpSession(new(profile, key, salt, key, salt), ciphers);

        var rtp = vectors["rtp"];
        var packet = new byte[rtp.Length + session.OverheadBytes];
        rtp.AsSpan(0, 15).CopyTo(packet);
        Assert.Equal(packet.Length, session.ProtectRtp(packet, 12, 3, rtp.AsSpan(15)));
        Assert.Equal(vectors["srtp"], packet);
        Assert.Equal(SrtpError.None, session.UnprotectRtp(packet, out var length));
        Assert.Equal(rtp, packet[..length]);

        var rtcp = vectors["rtcp"];
        packet = new byte[rtcp.Length + session.RtcpOverheadBytes];
        rtcp.CopyTo(packet, 0);
        Assert.Equal(packet.Length, session.ProtectRtcp(packet, rtcp.Length));
        Assert.Equal(vectors["srtcp"], packet);
        Assert.Equal(SrtpError.None, session.UnprotectRtcp(packet, out length));
        Assert.Equal(rtcp, packet[..length]);
    }
}
