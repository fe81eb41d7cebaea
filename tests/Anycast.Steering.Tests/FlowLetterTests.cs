using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class FlowLetterTests
{
    private const ushort Sender = 7;
    private const ushort Heir = 8;
    private const ushort Reader = 9;

    private const int FirstEntryBytes = 20;
    private const int FlagsAt = FlowLetter.HeaderBytes + 20;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly NetworkAddress One = NetworkAddress.FromIPv4(0xC000_0201, 5000);
    private static readonly NetworkAddress Two = NetworkAddress.FromIPv6(
        [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
        6000
    );

    [Fact]
    public void TryApply_FlowsOfAnotherNode_KnowsThem()
    {
        var table = new FlowTable(Seeds.Random());

        Assert.True(
            FlowLetter.TryApply(
                Write(Sender, Word(One, 3, false), Word(Two, 0, false)),
                Reader,
                table,
                Now
            )
        );

        Assert.True(table.TryFind(One, out var one, Now));
        Assert.Equal(new FlowOwner(Sender, 3), one);
        Assert.True(table.TryFind(Two, out var two, Now));
        Assert.Equal(new FlowOwner(Sender, 0), two);
    }

    [Fact]
    public void TryApply_AnEnd_ForgetsTheFlow()
    {
        var table = new FlowTable(Seeds.Random());
        Assert.True(FlowLetter.TryApply(Write(Sender, Word(One, 3, false)), Reader, table, Now));
        Assert.True(FlowLetter.TryApply(Write(Sender, Word(One, 3, true)), Reader, table, Now));

        Assert.False(table.TryFind(One, out _, Now));
    }

    [Fact]
    public void TryApply_OwnLetter_ChangesNothing()
    {
        var table = new FlowTable(Seeds.Random());

        Assert.True(FlowLetter.TryApply(Write(Reader, Word(One, 3, false)), Reader, table, Now));

        Assert.Equal(0, table.Count);
    }

    /// <summary>A node that says all its flows again may have written a flow that another one has just taken from it.</summary>
    [Fact]
    public void TryApply_RepeatedByWhoHadItBefore_StaysTheNewOwners()
    {
        var table = new FlowTable(Seeds.Random());
        Apply(Word(One, 3, false), Sender, Now);
        Apply(Word(One, 1, false), Heir, Now);

        Apply(Word(One, 3, false, isRepeated: true), Sender, Now);

        Assert.Equal(new FlowOwner(Heir, 1), Owner(Now));
        // Its own owner's word counts, and anybody's once it is said no more.
        Apply(Word(One, 2, false, isRepeated: true), Heir, Now);
        Assert.Equal(new FlowOwner(Heir, 2), Owner(Now));
        var later = Now + FlowTable.Lifetime;
        Apply(Word(One, 3, false, isRepeated: true), Sender, later);
        Assert.Equal(new FlowOwner(Sender, 3), Owner(later));

        void Apply(FlowWord said, ushort node, Instant now) =>
            Assert.True(FlowLetter.TryApply(Write(node, said), Reader, table, now));

        FlowOwner Owner(Instant now)
        {
            Assert.True(table.TryFind(One, out var owner, now));
            return owner;
        }
    }

    /// <summary>A guess is nobody's word.</summary>
    [Fact]
    public void TryApply_RepeatedOfAGuessedFlow_IsBelieved()
    {
        var table = new FlowTable(Seeds.Random());
        table.Guess(One, new FlowOwner(Heir, 1), Now);

        var letter = Write(Sender, Word(One, 3, false, isRepeated: true));
        Assert.True(FlowLetter.TryApply(letter, Reader, table, Now));

        Assert.True(table.TryFind(One, out var owner, Now));
        Assert.Equal(new FlowOwner(Sender, 3), owner);
    }

    /// <summary>What others say is their own; ends, own letters and junk claim nothing.</summary>
    [Fact]
    public void ReadClaims_LettersOfAllKinds_NamesWhatOthersOwn()
    {
        var letter = Write(Sender, Word(One, 3, false), Word(Two, 0, true));

        Assert.Equal([One], Claims(letter, Reader));
        Assert.Empty(Claims(letter, Sender));
        Assert.Empty(Claims(Write(Sender, Word(One, 3, false, isRepeated: true)), Reader));
        Assert.Empty(Claims([], Reader));
        Assert.Equal([One], Claims(letter.AsSpan(0, letter.Length - 1).ToArray(), Reader));
        Assert.Empty(Claims(OfTheFirstVersion(letter), Reader));
        // Whose client is proved to be there is not to wait for its next check.
        var proved = Word(One, 3, isRepeated: true, proof: FlowProof.Proved);
        Assert.Equal([One], Claims(Write(Sender, proved), Reader));

        static List<NetworkAddress> Claims(byte[] letter, ushort self)
        {
            var claims = new List<NetworkAddress>();
            FlowLetter.ReadClaims(letter, self, claim => claims.Add(claim.Client));
            return claims;
        }
    }

    [Theory]
    [InlineData(FlowProof.Unsaid)]
    [InlineData(FlowProof.Asked)]
    [InlineData(FlowProof.Proved)]
    public void ReadClaims_WhatIsProved_ReadsIt(FlowProof proof)
    {
        var ago = TimeSpan.FromMilliseconds(proof == FlowProof.Proved ? 123_456 : 0);
        var said = Word(One, 3, proof: proof) with { ProvedAgo = ago };
        var read = new List<FlowWord>();
        FlowLetter.ReadClaims(Write(Sender, said), Reader, read.Add);

        Assert.Equal([said], read);
    }

    /// <summary>A session may live for longer than there is room to say.</summary>
    [Fact]
    public void ReadClaims_ProvedForLongerThanThereIsRoom_IsAsLongAsThat()
    {
        var read = new List<FlowWord>();
        var said = Word(One, 3, proof: FlowProof.Proved) with
        {
            ProvedAgo = TimeSpan.FromDays(365),
        };
        FlowLetter.ReadClaims(Write(Sender, said), Reader, read.Add);

        Assert.Equal(TimeSpan.FromMilliseconds(uint.MaxValue), Assert.Single(read).ProvedAgo);
    }

    /// <summary>Goal: letters of the version before, whose entries end with the flags, are read. Method: one cut so.</summary>
    [Fact]
    public void TryApply_OfTheVersionBefore_IsRead()
    {
        var letter = Write(Sender, Word(One, 3, isRepeated: true));
        var table = new FlowTable(Seeds.Random());
        letter[1] = FirstEntryBytes + 1;
        var former = letter.AsSpan(..(FlowLetter.HeaderBytes + FirstEntryBytes + 1));
        var claims = new List<FlowWord>();

        Assert.True(FlowLetter.TryApply(former, Reader, table, Now));
        FlowLetter.ReadClaims(former, Reader, claims.Add);

        Assert.True(table.TryFind(One, out var owner, Now));
        Assert.Equal(new FlowOwner(Sender, 3), owner);
        Assert.False(table.TryFindProof(One, out _, Now));
        Assert.Empty(claims);
    }

    /// <summary>The version before looks at one bit of the flags, and knows no other.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WriteEntry_WhatIsProved_TheVersionBeforeReadsTheRest(bool isRepeated)
    {
        var bare = Write(Sender, Word(Two, 3, isRepeated: isRepeated));
        foreach (var proof in Enum.GetValues<FlowProof>())
        {
            var letter = Write(Sender, Word(Two, 3, isRepeated: isRepeated, proof: proof));

            Assert.Equal(bare.Length, letter.Length);
            Assert.Equal(bare.AsSpan(..FlagsAt), letter.AsSpan(..FlagsAt));
            Assert.Equal(isRepeated ? 1 : 0, letter[FlagsAt] & 1);
        }
    }

    /// <summary>A later version may know more of it: that counts as nothing said.</summary>
    [Fact]
    public void ReadClaims_UnknownProof_IsUnsaid()
    {
        var letter = Write(Sender, Word(One, 3));
        letter[FlagsAt] = 0xFE;
        var read = new List<FlowWord>();
        FlowLetter.ReadClaims(letter, Reader, read.Add);

        Assert.Equal([Word(One, 3)], read);
    }

    /// <summary>What the version before says takes a flow, and is taken, as by itself.</summary>
    [Fact]
    public void TryApply_OfTheVersionBefore_TakesAndIsTaken()
    {
        var table = new FlowTable(Seeds.Random());
        Apply(Sender, Word(One, 3, proof: FlowProof.Proved));
        Apply(Heir, Word(One, 1));
        Assert.True(table.TryFind(One, out var owner, Now));
        Assert.Equal(Heir, owner.Node);

        Apply(Sender, Word(One, 3, proof: FlowProof.Asked));
        Assert.True(table.TryFind(One, out owner, Now));
        Assert.Equal(Sender, owner.Node);

        void Apply(ushort node, FlowWord said) =>
            Assert.True(FlowLetter.TryApply(Write(node, said), Reader, table, Now));
    }

    /// <summary>A later version appends to entries, and has kinds that this one does not know.</summary>
    [Fact]
    public void TryApply_LetterOfALaterVersion_ReadsWhatItKnows()
    {
        var letter = new byte[FlowLetter.HeaderBytes + (2 * (FlowLetter.EntryBytes + 4))];
        FlowLetter.WriteHeader(letter, Sender);
        letter[1] = FlowLetter.EntryBytes + 4;
        FlowLetter.WriteEntry(letter.AsSpan(4), Word(One, 1));
        letter[4] = 99;
        FlowLetter.WriteEntry(letter.AsSpan(4 + FlowLetter.EntryBytes + 4), Word(Two, 2));
        var table = new FlowTable(Seeds.Random());

        Assert.True(FlowLetter.TryApply(letter, Reader, table, Now));

        Assert.False(table.TryFind(One, out _, Now));
        Assert.True(table.TryFind(Two, out var two, Now));
        Assert.Equal(new FlowOwner(Sender, 2), two);
    }

    /// <summary>Another version may mean anything by the rest.</summary>
    [Fact]
    public void TryApply_AnotherVersionNumber_IsRefused()
    {
        var letter = Write(Sender, Word(One, shard: 1, hasEnded: false));
        letter[0]++;
        var table = new FlowTable(Seeds.Random());

        Assert.False(FlowLetter.TryApply(letter, Reader, table, Now));
        Assert.False(table.TryFind(One, out _, Now));
    }

    [Fact]
    public void TryApply_Junk_NeverThrowsAndStaysBounded() =>
        Seeds.Check(
            random =>
            {
                var letter = new byte[random.NextInt32(30_000)];
                random.Fill(letter);
                if (letter.Length > 1 && random.NextInt32(2) == 0)
                {
                    (letter[0], letter[1]) = (1, FlowLetter.EntryBytes);
                }

                var table = new FlowTable(random.Fork());
                _ = FlowLetter.TryApply(letter, Reader, table, Now);
                Assert.InRange(table.Count, 0, FlowLetter.EntriesMax);
            },
            rounds: 300
        );

    private static byte[] Write(ushort node, params FlowWord[] flows)
    {
        var letter = new byte[FlowLetter.HeaderBytes + (flows.Length * FlowLetter.EntryBytes)];
        var length = FlowLetter.WriteHeader(letter, node);
        foreach (var flow in flows)
        {
            length += FlowLetter.WriteEntry(letter.AsSpan(length), flow);
        }

        Assert.Equal(letter.Length, length);
        return letter;
    }

    private static FlowWord Word(
        NetworkAddress client,
        byte shard,
        bool hasEnded = false,
        bool isRepeated = false,
        FlowProof proof = FlowProof.Unsaid
    ) =>
        new(client, shard)
        {
            HasEnded = hasEnded,
            IsRepeated = isRepeated,
            Proof = proof,
        };

    /// <summary>The same as the first version wrote it, whose entries have no flags.</summary>
    private static byte[] OfTheFirstVersion(byte[] letter)
    {
        var entries = (letter.Length - FlowLetter.HeaderBytes) / FlowLetter.EntryBytes;
        var former = letter.AsSpan(0, FlowLetter.HeaderBytes).ToArray().ToList();
        former[1] = FirstEntryBytes;
        for (var entry = 0; entry < entries; entry++)
        {
            var start = FlowLetter.HeaderBytes + (entry * FlowLetter.EntryBytes);
            former.AddRange(letter.AsSpan(start, FirstEntryBytes));
        }

        return [.. former];
    }
}
