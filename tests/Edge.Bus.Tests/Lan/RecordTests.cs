using System.Text;
using Edge.Bus.Lan.Records;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>Records and frames, without sockets.</summary>
public sealed class RecordTests
{
    [Fact]
    public void Seal_VectorsSecret_VectorsBytes()
    {
        var vectors = Vectors.Load("lan/handshake.txt");
        using var sealer = new RecordSealer(new(vectors["dialler secret"], recordsPerKey: 2));

        Assert.Equal(vectors["confirm"], Seal(sealer, []));
        Assert.Equal(vectors["record 1"], Seal(sealer, vectors["frames"]));
        Assert.Equal(vectors["record 2 under the next key"], Seal(sealer, []));
    }

    [Fact]
    public void FrameReader_VectorsFrames_AsWritten()
    {
        var reader = new FrameReader(Vectors.Load("lan/handshake.txt")["frames"]);

        Assert.True(reader.TryRead(out var kind, out var body));
        Assert.Equal(FrameKind.Subscribe, kind);
        Assert.Equal("a.>", Encoding.ASCII.GetString(body));
        Assert.True(reader.TryRead(out kind, out body));
        Assert.Equal(FrameKind.Publish, kind);
        Assert.True(FrameFormat.TryReadPublish(body, out var message));
        Assert.Equal("a.b", Encoding.ASCII.GetString(message.Subject));
        Assert.Equal("re", Encoding.ASCII.GetString(message.ReplyTo));
        Assert.Equal("payload", Encoding.ASCII.GetString(message.Payload));
        Assert.True(reader.TryRead(out kind, out body));
        Assert.Equal(FrameKind.Ping, kind);
        Assert.Equal(FrameFormat.PingBytes, body.Length);
        Assert.False(reader.TryRead(out _, out _));
        Assert.False(reader.IsBroken);
    }

    /// <summary>Across changes of the key too.</summary>
    [Fact]
    public void Open_InOrder_FramesAsTheyWere()
    {
        var (sealer, opener) = Pair(recordsPerKey: 7);
        using (sealer)
        using (opener)
        {
            var random = Seeds.Random();
            for (var index = 0; index < 50; index++)
            {
                var frames = new byte[random.NextInt32(3000)];
                random.Fill(frames);
                var record = Seal(sealer, frames);

                Assert.True(RecordOpener.TryReadLength(record, out var length));
                Assert.Equal(record.Length, length);
                Assert.True(opener.TryOpen(record, out var opened));
                Assert.Equal(frames, opened.ToArray());
            }
        }
    }

    [Fact]
    public void Seal_SameFramesTwice_OtherBytes()
    {
        var (sealer, opener) = Pair();
        using (sealer)
        using (opener)
        {
            Assert.NotEqual(Seal(sealer, new byte[100]), Seal(sealer, new byte[100]));
        }
    }

    [Fact]
    public void Open_Replayed_Refused()
    {
        var (sealer, opener) = Pair();
        using (sealer)
        using (opener)
        {
            var record = Seal(sealer, [1, 2, 3]);
            Assert.True(opener.TryOpen([.. record], out _));

            Assert.False(opener.TryOpen(record, out _));
        }
    }

    [Fact]
    public void Open_OneLeftOut_Refused()
    {
        var (sealer, opener) = Pair();
        using (sealer)
        using (opener)
        {
            Seal(sealer, [1]);

            Assert.False(opener.TryOpen(Seal(sealer, [2]), out _));
        }
    }

    [Fact]
    public void Open_OwnRecordReflected_Refused()
    {
        using var sealer = new RecordSealer(new(SecretOf(1)));
        using var opener = new RecordOpener(new(SecretOf(2)));

        Assert.False(opener.TryOpen(Seal(sealer, [1]), out _));
    }

    [Fact]
    public void Open_AnyBitChanged_Refused()
    {
        var original = SealFirst([1, 2, 3, 4, 5]);
        for (var bit = 0; bit < original.Length * 8; bit++)
        {
            var record = original.ToArray();
            record[bit / 8] ^= (byte)(1 << (bit % 8));
            using var opener = new RecordOpener(new(SecretOf(1)));

            Assert.False(opener.TryOpen(record, out _), $"Bit {bit} counts.");
        }
    }

    /// <summary>The length is authentic too: cut at any place, the rest is no record.</summary>
    [Fact]
    public void Open_Cut_Refused()
    {
        var original = SealFirst(new byte[50]);
        for (var length = RecordFormat.OverheadBytes; length < original.Length; length++)
        {
            var record = original.AsSpan(0, length).ToArray();
            record[3] = (byte)(length - RecordFormat.LengthBytes);
            using var opener = new RecordOpener(new(SecretOf(1)));

            Assert.False(opener.TryOpen(record, out _));
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(15, false)]
    [InlineData(16, true)]
    [InlineData(RecordFormat.PlainBytesMax + 16, true)]
    [InlineData(RecordFormat.PlainBytesMax + 17, false)]
    [InlineData(int.MaxValue, false)]
    [InlineData(-1, false)]
    public void TryReadLength_AnyNumber_BoundedOrRefused(int rest, bool isAllowed)
    {
        byte[] begun = [(byte)(rest >> 24), (byte)(rest >> 16), (byte)(rest >> 8), (byte)rest];

        Assert.Equal(isAllowed, RecordOpener.TryReadLength(begun, out var length));
        Assert.True(!isAllowed || length == rest + 4);
    }

    [Fact]
    public void Seal_NumbersUsedUp_Refused()
    {
        using var sealer = new RecordSealer(new(SecretOf(1), recordsMax: 2));
        using var opener = new RecordOpener(new(SecretOf(1), recordsMax: 2));
        var first = Seal(sealer, []);
        var second = Seal(sealer, []);

        Assert.False(sealer.TrySeal(new byte[RecordFormat.OverheadBytes]));
        Assert.True(opener.TryOpen(first, out _));
        Assert.True(opener.TryOpen(second, out _));
        Assert.False(opener.TryOpen(second, out _));
    }

    [Fact]
    public void FrameReader_UnknownKinds_SkippedByLength()
    {
        byte[] frames =
        [
            .. Frame((FrameKind)200, 5000),
            .. Frame(FrameKind.Ready, 0),
            .. Frame((FrameKind)8, 1),
        ];
        var reader = new FrameReader(frames);

        Assert.True(reader.TryRead(out var kind, out var body));
        Assert.Equal((200, 5000), ((int)kind, body.Length));
        Assert.True(reader.TryRead(out kind, out body));
        Assert.Equal((FrameKind.Ready, 0), (kind, body.Length));
        Assert.True(reader.TryRead(out kind, out body));
        Assert.Equal((8, 1), ((int)kind, body.Length));
        Assert.False(reader.IsBroken);
    }

    /// <summary>Every byte belongs to one frame, or to what is broken at the end; nothing is read beyond.</summary>
    [Fact]
    public void FrameReader_AnyBytes_WithinThem() =>
        Seeds.Check(
            random =>
            {
                var frames = new byte[random.NextInt32(300)];
                random.Fill(frames);
                for (var index = 0; index + 4 < frames.Length; index += 1 + random.NextInt32(40))
                {
                    // Lengths that are sometimes right.
                    frames[index] = 0;
                    frames[index + 1] = 0;
                    frames[index + 2] = 0;
                }

                var reader = new FrameReader(frames);
                var seen = 0;
                while (reader.TryRead(out _, out var body))
                {
                    seen += FrameFormat.HeaderBytes + body.Length;
                    if (FrameFormat.TryReadPublish(body, out var message))
                    {
                        Assert.Equal(
                            body.Length - 4,
                            message.Subject.Length + message.ReplyTo.Length + message.Payload.Length
                        );
                    }
                }

                Assert.Equal(reader.IsBroken, seen < frames.Length);
            },
            rounds: 5000
        );

    [Fact]
    public void WritePublish_LongestParts_AsLongAsAllowed()
    {
        var subject = new string('s', BusSubject.LengthMax);
        var payload = new byte[FrameFormat.PayloadBytesMax];
        var length = FrameFormat.PublishBytes(subject, subject, payload.Length);
        Assert.Equal(FrameFormat.BytesMax, length);
        var frame = new byte[length];

        FrameFormat.WritePublish(frame, subject, subject, payload);

        var reader = new FrameReader(frame);
        Assert.True(reader.TryRead(out _, out var body));
        Assert.True(FrameFormat.TryReadPublish(body, out var message));
        Assert.Equal(subject.Length, message.Subject.Length);
        Assert.Equal(payload.Length, message.Payload.Length);
    }

    [Fact]
    public void TrySealAndTryOpen_NothingWrong_AllocateNothing()
    {
        var (sealer, opener) = Pair();
        using (sealer)
        using (opener)
        {
            var record = new byte[1000];
            AllocationAssert.None(() =>
            {
                Assert.True(sealer.TrySeal(record));
                Assert.True(opener.TryOpen(record, out _));
            });
        }
    }

    private static (RecordSealer Sealer, RecordOpener Opener) Pair(ulong recordsPerKey = 1 << 20) =>
        (
            new RecordSealer(new(SecretOf(1), recordsPerKey)),
            new RecordOpener(new(SecretOf(1), recordsPerKey))
        );

    private static byte[] SealFirst(byte[] frames)
    {
        using var sealer = new RecordSealer(new(SecretOf(1)));
        return Seal(sealer, frames);
    }

    private static byte[] Seal(RecordSealer sealer, byte[] frames)
    {
        var record = new byte[frames.Length + RecordFormat.OverheadBytes];
        frames.CopyTo(record, RecordFormat.LengthBytes);
        Assert.True(sealer.TrySeal(record));
        return record;
    }

    private static byte[] Frame(FrameKind kind, int bodyBytes)
    {
        var frame = new byte[FrameFormat.Bytes(bodyBytes)];
        FrameFormat.Write(frame, kind, new byte[bodyBytes]);
        return frame;
    }

    // A new one each time: the key takes it over.
    private static byte[] SecretOf(byte fill) => [.. Enumerable.Repeat(fill, 32)];
}
