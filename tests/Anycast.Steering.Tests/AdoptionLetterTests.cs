using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class AdoptionLetterTests
{
    private const ushort Sender = 7;
    private const ushort Reader = 9;
    private const ushort Former = 300;
    private const ulong One = 0x0123_4567_89AB_CDEF;
    private const ulong Two = 0xFEDC_BA98_7654_3210;

    private static readonly Instant Now = Instant.FromMilliseconds(1000);
    private static readonly AdoptionWord Session = new(AdoptedName.Session, One, Former);
    private static readonly AdoptionWord Fragment = new(AdoptedName.Fragment, Two, Former);

    /// <summary>Shards know fragments, and who answers requests knows ids.</summary>
    [Fact]
    public void TryApply_NamesOfBothKinds_EachIsWhereItIsAskedFor()
    {
        var letter = Write(Session, Fragment);
        var sessions = Apply(letter, AdoptedName.Session);
        var fragments = Apply(letter, AdoptedName.Fragment);

        Assert.Equal((1, 1), (sessions.Count, fragments.Count));
        Assert.True(sessions.TryFind(One, out var holder, Now));
        Assert.Equal(Sender, holder);
        Assert.True(sessions.TryFindLowest(Former, out _, Now));
        Assert.True(fragments.TryFind(Two, out holder, Now));
        Assert.Equal(Sender, holder);
    }

    [Fact]
    public void TryApply_AnEnd_ForgetsIt()
    {
        var table = Apply(Write(Session), AdoptedName.Session);
        Apply(Write(Session with { HasEnded = true }), AdoptedName.Session, table);

        Assert.Equal(0, table.Count);
    }

    [Fact]
    public void TryApply_ARepetition_TakesNothingFromAnother()
    {
        var table = new AdoptionTable();
        table.Set(One, Sender + 1, Former, isRepeated: false, Now);
        Apply(Write(Session with { IsRepeated = true }), AdoptedName.Session, table);

        Assert.True(table.TryFind(One, out var holder, Now));
        Assert.Equal(Sender + 1, holder);
    }

    [Fact]
    public void TryApply_OwnLetter_ChangesNothing()
    {
        var table = new AdoptionTable();

        Assert.True(
            AdoptionLetter.TryApply(Write(Session), Sender, AdoptedName.Session, table, Now)
        );
        Assert.Equal(0, table.Count);
    }

    /// <summary>A later version appends to entries, and has names that this one does not know.</summary>
    [Fact]
    public void TryApply_LetterOfALaterVersion_ReadsWhatItKnows()
    {
        const int EntryBytes = AdoptionLetter.EntryBytes + 5;
        var letter = new byte[AdoptionLetter.HeaderBytes + (2 * EntryBytes)];
        var length = AdoptionLetter.WriteHeader(letter, Sender);
        letter[1] = EntryBytes;
        AdoptionLetter.WriteEntry(letter.AsSpan(length), Fragment);
        letter[length] = 99;
        AdoptionLetter.WriteEntry(letter.AsSpan(length + EntryBytes), Session);

        Assert.Equal(1, Apply(letter, AdoptedName.Session).Count);
        Assert.Equal(0, Apply(letter, AdoptedName.Fragment).Count);
    }

    /// <summary>What is cut off in an entry is read up to there; longer letters than any node writes are not read on.</summary>
    [Fact]
    public void TryApply_LetterOfAnotherLength_ReadsWholeEntries()
    {
        var letter = Write(Session, Session with { Mark = Two });

        Assert.Equal(1, Apply(letter[..^1], AdoptedName.Session).Count);
        var many = new AdoptionWord[AdoptionLetter.EntriesMax + 5];
        for (var index = 0; index < many.Length; index++)
        {
            many[index] = Session with { Mark = (ulong)index };
        }

        Assert.Equal(AdoptionLetter.EntriesMax, Apply(Write(many), AdoptedName.Session).Count);
    }

    [Fact]
    public void TryApply_NoLetter_SaysSo()
    {
        var table = new AdoptionTable();
        var letter = Write(Session);
        Assert.False(TryApply([], table));
        Assert.False(TryApply(letter[..3], table));
        Assert.False(TryApply([2, .. letter[1..]], table));
        Assert.False(TryApply([1, AdoptionLetter.EntryBytes - 1, .. letter[2..]], table));
        Assert.Equal(0, table.Count);
    }

    /// <summary>Goal: junk never throws and never fills a table beyond its bound. Method: letters with bits changed, and what
    /// begins like one.</summary>
    [Fact]
    public void TryApply_Junk_NeverThrows() =>
        Seeds.Check(
            random =>
            {
                var table = new AdoptionTable(capacity: 64);
                var letter = Write(Session, Fragment, Session with { HasEnded = true });
                letter[random.NextInt32(letter.Length)] ^= (byte)(1 << random.NextInt32(8));
                _ = TryApply(letter, table);
                var junk = new byte[random.NextInt32(3000)];
                random.Fill(junk);
                if (junk.Length > 1)
                {
                    (junk[0], junk[1]) = (1, (byte)(12 + random.NextInt32(5)));
                }

                _ = TryApply(junk, table);
                Assert.InRange(table.Count, 0, 64);
            },
            rounds: 1000
        );

    private static AdoptionTable Apply(byte[] letter, AdoptedName name, AdoptionTable? table = null)
    {
        table ??= new AdoptionTable();
        Assert.True(AdoptionLetter.TryApply(letter, Reader, name, table, Now));
        return table;
    }

    private static bool TryApply(byte[] letter, AdoptionTable table) =>
        AdoptionLetter.TryApply(letter, Reader, AdoptedName.Session, table, Now);

    private static byte[] Write(params AdoptionWord[] words)
    {
        var letter = new byte[
            AdoptionLetter.HeaderBytes + (words.Length * AdoptionLetter.EntryBytes)
        ];
        var length = AdoptionLetter.WriteHeader(letter, Sender);
        foreach (var word in words)
        {
            length += AdoptionLetter.WriteEntry(letter.AsSpan(length), word);
        }

        return letter;
    }
}
