using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;
using Edge.Testing;
using Edge.Wire.State;
using Xunit;

namespace Edge.Protocol.Tests.Srtp;

/// <summary>A session goes on in another process: no index is used twice, none is taken twice.</summary>
public sealed class SrtpStateTests
{
    private const int StateBytesMax = 1 << 20;

    /// <summary>Both ends move again and again while sequence numbers wrap; packets come late and twice.</summary>
    [Fact]
    public void Move_BothEndsOverAWrap_EveryPacketIsTakenOnce()
    {
        var random = Seeds.Random();
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(SrtpProfile.AeadAes128Gcm)];
        random.Fill(exported);
        var sender = Create(exported, DtlsRole.Client);
        var receiver = Create(exported, DtlsRole.Server);
        var late = new Queue<byte[]>();
        for (var number = 0; number < 150_000; number++)
        {
            var packet = Protect(sender, (ushort)number);
            if (random.NextInt32(50) == 0)
            {
                late.Enqueue(packet);
                continue;
            }

            Assert.Equal(SrtpError.None, receiver.UnprotectRtp([.. packet], out _));
            if (random.NextInt32(2000) == 0)
            {
                sender = Move(sender, exported, DtlsRole.Client);
                receiver = Move(receiver, exported, DtlsRole.Server);
                Assert.Equal(SrtpError.Replayed, receiver.UnprotectRtp([.. packet], out _));
                // Sent once more under its number it would share its key stream.
                Assert.Empty(Protect(sender, (ushort)number));
            }

            while (late.Count > 20)
            {
                Assert.Equal(SrtpError.None, receiver.UnprotectRtp(late.Dequeue(), out _));
            }
        }

        sender.Dispose();
        receiver.Dispose();
    }

    [Fact]
    public void Clear_Keys_NothingIsLeftOfThem()
    {
        var exported = new byte[SrtpKeyingMaterial.ExportedBytes(SrtpProfile.AeadAes128Gcm)];
        Seeds.Random().Fill(exported);
        var keys = SrtpKeyingMaterial.FromExporter(
            SrtpProfile.AeadAes128Gcm,
            DtlsRole.Client,
            exported
        );
        keys.Clear();
        Assert.False(keys.LocalKey.ContainsAnyExcept((byte)0));
        Assert.False(keys.LocalSalt.ContainsAnyExcept((byte)0));
        Assert.False(keys.RemoteKey.ContainsAnyExcept((byte)0));
        Assert.False(keys.RemoteSalt.ContainsAnyExcept((byte)0));
    }

    /// <summary>Windows that were closed to make room stay closed, and the next one to be closed is the same.</summary>
    [Fact]
    public void Read_MoreSourcesThanOpenWindows_VerdictsAreTheSame()
    {
        var random = Seeds.Random();
        var stayed = new ReplayWindows(sourcesMax: 100, openMax: 8);
        var moved = new ReplayWindows(sourcesMax: 100, openMax: 8);
        for (var step = 0; step < 20_000; step++)
        {
            var ssrc = (uint)random.NextInt32(40);
            var index = step + random.NextInt32(100);
            var verdict = stayed.Find(ssrc)?.Check(index) ?? ReplayVerdict.Fresh;
            Assert.Equal(verdict, moved.Find(ssrc)?.Check(index) ?? ReplayVerdict.Fresh);
            if (verdict == ReplayVerdict.Fresh)
            {
                stayed.Accept(ssrc, stayed.Find(ssrc), index);
                moved.Accept(ssrc, moved.Find(ssrc), index);
            }

            if (random.NextInt32(50) == 0)
            {
                using var writer = new StateWriter(Instant.Zero, StateBytesMax);
                moved.Write(writer);
                moved = new ReplayWindows(sourcesMax: 100, openMax: 8);
                var reader = new StateReader(writer.Written, Instant.Zero);
                moved.Read(ref reader);
                Assert.False(reader.IsBroken);
            }
        }
    }

    /// <summary>A version with windows of another size knows no bits of ours: it takes no late packet, and no old one.</summary>
    [Fact]
    public void Read_WindowOfAnotherSize_IsClosed()
    {
        using var writer = new StateWriter(Instant.Zero, StateBytesMax);
        var outer = writer.Begin();
        writer.Int(1000);
        writer.Int(0);
        writer.Words([1, 2, 3]);
        writer.End(outer);

        var window = new ReplayWindow();
        var reader = new StateReader(writer.Written, Instant.Zero);
        window.Read(ref reader);
        Assert.False(reader.IsBroken);
        Assert.False(window.IsOpen);
        Assert.Equal(ReplayVerdict.TooOld, window.Check(999));
        Assert.Equal(ReplayVerdict.TooOld, window.Check(1000));
        Assert.Equal(ReplayVerdict.Fresh, window.Check(1001));
    }

    private static SrtpSession Create(byte[] exported, DtlsRole role) =>
        new(
            SrtpKeyingMaterial.FromExporter(SrtpProfile.AeadAes128Gcm, role, exported),
            OpenSslSrtpCipherFactory.Instance
        );

    private static SrtpSession Move(SrtpSession former, byte[] exported, DtlsRole role)
    {
        using var writer = new StateWriter(Instant.Zero, StateBytesMax);
        former.Write(writer);
        former.Dispose();
        var session = Create(exported, role);
        var reader = new StateReader(writer.Written, Instant.Zero);
        session.Read(ref reader);
        Assert.False(reader.IsBroken);
        return session;
    }

    private static byte[] Protect(SrtpSession session, ushort sequence)
    {
        var plain = SrtpPeers.Rtp(sequence, payloadBytes: 20);
        var packet = new byte[plain.Length + session.OverheadBytes];
        plain.AsSpan(0, SrtpPeers.HeaderBytes).CopyTo(packet);
        var length = session.ProtectRtp(
            packet,
            SrtpPeers.HeaderBytes,
            prefixLength: 0,
            plain.AsSpan(SrtpPeers.HeaderBytes)
        );
        return packet[..length];
    }
}
