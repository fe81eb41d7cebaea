using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class FlowLetterTests
{
    private const ushort Sender = 7;
    private const ushort Heir = 8;
    private const ushort Reader = 9;

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
                Write(Sender, new Said(One, 3, false), new Said(Two, 0, false)),
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
        Assert.True(
            FlowLetter.TryApply(Write(Sender, new Said(One, 3, false)), Reader, table, Now)
        );
        Assert.True(FlowLetter.TryApply(Write(Sender, new Said(One, 3, true)), Reader, table, Now));

        Assert.False(table.TryFind(One, out _, Now));
    }

    [Fact]
    public void TryApply_OwnLetter_ChangesNothing()
    {
        var table = new FlowTable(Seeds.Random());

        Assert.True(
            FlowLetter.TryApply(Write(Reader, new Said(One, 3, false)), Reader, table, Now)
        );

        Assert.Equal(0, table.Count);
    }

    /// <summary>A node that says all its flows again may have written a flow that another one has just taken from it.</summary>
    [Fact]
    public void TryApply_RepeatedByWhoHadItBefore_StaysTheNewOwners()
    {
        var table = new FlowTable(Seeds.Random());
        Apply(new Said(One, 3, false), Sender, Now);
        Apply(new Said(One, 1, false), Heir, Now);

        Apply(new Said(One, 3, false, IsRepeated: true), Sender, Now);

        Assert.Equal(new FlowOwner(Heir, 1), Owner(Now));
        // Its own owner's word counts, and anybody's once it is said no more.
        Apply(new Said(One, 2, false, IsRepeated: true), Heir, Now);
        Assert.Equal(new FlowOwner(Heir, 2), Owner(Now));
        var later = Now + FlowTable.Lifetime;
        Apply(new Said(One, 3, false, IsRepeated: true), Sender, later);
        Assert.Equal(new FlowOwner(Sender, 3), Owner(later));

        void Apply(Said said, ushort node, Instant now) =>
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

        var letter = Write(Sender, new Said(One, 3, false, IsRepeated: true));
        Assert.True(FlowLetter.TryApply(letter, Reader, table, Now));

        Assert.True(table.TryFind(One, out var owner, Now));
        Assert.Equal(new FlowOwner(Sender, 3), owner);
    }

    /// <summary>What others say is their own; ends, own letters and junk claim nothing.</summary>
    [Fact]
    public void ReadClaims_LettersOfAllKinds_NamesWhatOthersOwn()
    {
        var letter = Write(Sender, new Said(One, 3, false), new Said(Two, 0, true));

        Assert.Equal([One], Claims(letter, Reader));
        Assert.Empty(Claims(letter, Sender));
        Assert.Empty(Claims(Write(Sender, new Said(One, 3, false, IsRepeated: true)), Reader));
        Assert.Empty(Claims([], Reader));
        Assert.Equal([One], Claims(letter.AsSpan(0, letter.Length - 1).ToArray(), Reader));
        Assert.Empty(Claims(OfTheFirstVersion(letter), Reader));

        static List<NetworkAddress> Claims(byte[] letter, ushort self)
        {
            var claims = new List<NetworkAddress>();
            FlowLetter.ReadClaims(letter, self, claims.Add);
            return claims;
        }
    }

    /// <summary>A later version appends to entries, and has kinds that this one does not know.</summary>
    [Fact]
    public void TryApply_LetterOfALaterVersion_ReadsWhatItKnows()
    {
        var letter = new byte[FlowLetter.HeaderBytes + (2 * (FlowLetter.EntryBytes + 4))];
        FlowLetter.WriteHeader(letter, Sender);
        letter[1] = FlowLetter.EntryBytes + 4;
        FlowLetter.WriteEntry(letter.AsSpan(4), One, shard: 1, hasEnded: false);
        letter[4] = 99;
        FlowLetter.WriteEntry(
            letter.AsSpan(4 + FlowLetter.EntryBytes + 4),
            Two,
            2,
            hasEnded: false
        );
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
        var letter = Write(Sender, new Said(One, Shard: 1, HasEnded: false));
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

    private static byte[] Write(ushort node, params Said[] flows)
    {
        var letter = new byte[FlowLetter.HeaderBytes + (flows.Length * FlowLetter.EntryBytes)];
        var length = FlowLetter.WriteHeader(letter, node);
        foreach (var (client, shard, hasEnded, isRepeated) in flows)
        {
            length += FlowLetter.WriteEntry(
                letter.AsSpan(length),
                client,
                shard,
                hasEnded,
                isRepeated
            );
        }

        Assert.Equal(letter.Length, length);
        return letter;
    }

    /// <summary>The same as the first version wrote it, whose entries have no flags.</summary>
    private static byte[] OfTheFirstVersion(byte[] letter)
    {
        var entries = (letter.Length - FlowLetter.HeaderBytes) / FlowLetter.EntryBytes;
        var former = letter.AsSpan(0, FlowLetter.HeaderBytes).ToArray().ToList();
        former[1] = FlowLetter.EntryBytes - 1;
        for (var entry = 0; entry < entries; entry++)
        {
            var start = FlowLetter.HeaderBytes + (entry * FlowLetter.EntryBytes);
            former.AddRange(letter.AsSpan(start, FlowLetter.EntryBytes - 1));
        }

        return [.. former];
    }

    private sealed record Said(
        NetworkAddress Client,
        byte Shard,
        bool HasEnded,
        bool IsRepeated = false
    );
}
