using System.Buffers.Binary;
using Anycast.Takeover.Indices;
using Anycast.Takeover.Letters;
using Anycast.Takeover.Tests.Simulation;
using Anycast.Takeover.Voting;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Takeover.Tests.Letters;

public sealed class LetterTests
{
    private static readonly VoterId One = new(1, 0x1122334455667788, 3);
    private static readonly VoterId Two = new(2, 9, 4);
    private static readonly MessageHeader Header = new(
        MessageKind.Append,
        new SessionKey(UInt128.MaxValue - 5),
        One,
        Two,
        Epoch: 7,
        Number: 1L << 40
    );

    [Fact]
    public void Message_WrittenAndRead_IsTheSame()
    {
        var members = new Membership(
            One,
            default(VoterSet).With(new Voter(One, false)).With(new Voter(Two, true)),
            default(VoterSet).With(new Voter(Two, true))
        );
        var outbox = new Outbox(peer: 1, bytesMax: 1 << 20);
        outbox.Begin();
        outbox.Members(members, new StateMark(3, 4));
        outbox.Bound(new StreamId(StreamKind.Srtp, 2, 5), new Reservation(-1, -1));
        outbox.Section(77, [1, 2, 3]);
        outbox.End(Header);

        var reader = new FrameReader(Frames.Poll(outbox));
        Assert.True(reader.TryRead(out var header, out var body));
        Assert.Equal(Header, header);
        var items = new ItemReader(body);
        Assert.True(items.TryRead(out _, out var item));
        Assert.True(ItemReader.TryReadMembers(item, out var read, out var mark));
        Assert.Equal(members, read);
        Assert.Equal(new StateMark(3, 4), mark);
        Assert.True(items.TryRead(out _, out item));
        Assert.True(ItemReader.TryReadBound(item, out var stream, out var value));
        Assert.Equal(
            (new StreamId(StreamKind.Srtp, 2, 5), new Reservation(-1, -1)),
            (stream, value)
        );
        Assert.True(items.TryRead(out _, out item));
        Assert.True(ItemReader.TryReadSection(item, out var key, out var section));
        Assert.Equal(77U, key);
        Assert.Equal([1, 2, 3], section.ToArray());
        Assert.False(items.TryRead(out _, out _));
        Assert.False(reader.TryRead(out _, out _));
    }

    [Fact]
    public void Frame_OfManySessions_IsOne()
    {
        var outbox = new Outbox(peer: 1, bytesMax: 1 << 20);
        for (var session = 0; session < 1000; session++)
        {
            outbox.Say(Header with { Session = new SessionKey((UInt128)session) });
        }

        var frame = Frames.Poll(outbox);
        Assert.True(outbox.IsEmpty);
        Assert.Equal(FrameReader.HeaderBytes + (1000 * MessageHeader.Bytes), frame.Length);
    }

    [Fact]
    public void Poll_WithLittleRoom_KeepsTheRest_AndLosesWhatNeverFits()
    {
        var outbox = new Outbox(peer: 1, bytesMax: 1 << 20);
        outbox.Begin();
        outbox.Section(1, new byte[500]);
        outbox.End(Header);
        outbox.Say(Header);
        outbox.Say(Header);
        Span<byte> frame = stackalloc byte[FrameReader.HeaderBytes + MessageHeader.Bytes];

        Assert.Equal(frame.Length, outbox.Poll(frame));
        Assert.Equal(1, outbox.Lost);
        Assert.Equal(frame.Length, outbox.Poll(frame));
        Assert.Equal(0, outbox.Poll(frame));
    }

    [Fact]
    public void Outbox_ThatIsFull_LosesWholeMessages()
    {
        var outbox = new Outbox(peer: 1, bytesMax: MessageHeader.Bytes + 10);
        outbox.Begin();
        outbox.Section(1, new byte[50]);
        outbox.End(Header);
        outbox.Say(Header);

        Assert.Equal(1, outbox.Lost);
        Assert.Equal(FrameReader.HeaderBytes + MessageHeader.Bytes, Frames.Poll(outbox).Length);
    }

    /// <summary>What a later version adds: kinds of messages and items, and bytes behind those that are known.</summary>
    [Fact]
    public void Frame_OfALaterVersion_IsReadAsFarAsItIsKnown()
    {
        var outbox = new Outbox(peer: 1, bytesMax: 1 << 20);
        outbox.Say(Header with { Kind = (MessageKind)200 });
        outbox.Begin();
        outbox.Section(5, [9]);
        outbox.End(Header);
        var frame = Frames.Poll(outbox);
        var known = MessageHeader.Bytes + FrameReader.HeaderBytes;
        byte[] later =
        [
            .. frame,
            // An item of a kind that is not known, with two bytes.
            250,
            0,
            2,
            1,
            1,
        ];
        BinaryPrimitives.WriteInt32BigEndian(
            later.AsSpan(known),
            (later.Length - known - MessageHeader.PrefixBytes) | ((byte)MessageKind.Append << 24)
        );

        var reader = new FrameReader(later);
        Assert.True(reader.TryRead(out var first, out _));
        Assert.Equal((MessageKind)200, first.Kind);
        Assert.True(reader.TryRead(out _, out var body));
        var items = new ItemReader(body);
        Assert.True(items.TryRead(out var kind, out _));
        Assert.Equal(ItemKind.Section, kind);
        Assert.True(items.TryRead(out kind, out _));
        Assert.Equal((ItemKind)250, kind);
        Assert.True(items.IsAtEnd);
        Assert.True(Takeover.State.StateItems.AreReadable(body));
    }

    [Fact]
    public void Frame_OfAnotherFormat_SaysNothing()
    {
        var outbox = new Outbox(peer: 1, bytesMax: 1 << 20);
        outbox.Say(Header);
        var frame = Frames.Poll(outbox);
        frame[0] = FrameReader.Version + 1;

        Assert.False(new FrameReader(frame).TryRead(out _, out _));
        Assert.False(new FrameReader([]).TryRead(out _, out _));
    }

    /// <summary>Frames of real runs, spoilt: no byte makes a node throw.</summary>
    [Fact]
    public void HandleFrame_SpoiltBytes_NeverThrows() =>
        Seeds.Check(
            random =>
            {
                var frames = new List<(ushort From, ushort To, byte[] Frame)>();
                var pop = new SimulatedPop(
                    new Conditions
                    {
                        Nodes = 4,
                        HasWitness = true,
                        Sessions = 2,
                    },
                    random
                )
                {
                    Carried = (from, to, frame) => frames.Add((from, to, frame)),
                };
                Faults.Run(pop);
                foreach (var (from, to, frame) in frames)
                {
                    var node = pop.Node(to);
                    node.Core.HandleFrame(Spoil(frame, random), from, pop.Now);
                    node.Core.HandleTimeout(pop.Now);
                }
            },
            rounds: 30
        );

    private static byte[] Spoil(byte[] frame, Prng random)
    {
        var spoilt = frame.ToArray();
        for (var change = random.NextInt32(4); change >= 0; change--)
        {
            spoilt[random.NextInt32(spoilt.Length)] = (byte)random.NextInt32(256);
        }

        return random.NextInt32(4) == 0 ? spoilt[..random.NextInt32(spoilt.Length)] : spoilt;
    }
}
