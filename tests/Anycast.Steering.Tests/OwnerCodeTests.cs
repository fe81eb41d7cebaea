using System.Text;
using Edge.Primitives;
using Edge.Testing;
using Xunit;

namespace Anycast.Steering.Tests;

public sealed class OwnerCodeTests
{
    private static readonly PopKey OldKey = PopKey.Create(7, id: 1, "an old secret of the PoP"u8);
    private static readonly PopKey NewKey = PopKey.Create(7, id: 2, "a new secret of the PoP!"u8);
    private static readonly PopKey Foreign = PopKey.Create(8, id: 1, "some other PoP's secret."u8);
    private static readonly PopKeyRing Ring = new(NewKey, OldKey);

    [Fact]
    public void TryReadFragment_AnyNodeAndKey_ReadsTheOwner() =>
        Seeds.Check(
            random =>
            {
                var key = random.NextInt32(2) == 0 ? OldKey : NewKey;
                var node = unchecked((ushort)random.NextUInt32());
                var fragment = OwnerCode.CreateFragment(key, node, random);

                Assert.Equal(OwnerCode.FragmentLength, fragment.Length);
                Assert.All(fragment, character => Assert.True(IsIceChar(character)));
                Assert.Equal(OwnerCodeStatus.Ok, ReadFragment(fragment, out var code));
                Assert.Equal(new OwnerCode(7, node, key.Id), code);
            },
            rounds: 200
        );

    [Fact]
    public void TryReadSessionId_AnyNodeAndKey_ReadsTheOwner() =>
        Seeds.Check(
            random =>
            {
                var key = random.NextInt32(2) == 0 ? OldKey : NewKey;
                var node = unchecked((ushort)random.NextUInt32());
                var id = OwnerCode.CreateSessionId(key, node, random);

                Assert.Equal(OwnerCode.SessionIdLength, id.Length);
                Assert.Equal(id, Uri.EscapeDataString(id));
                Assert.Equal(
                    OwnerCodeStatus.Ok,
                    OwnerCode.TryReadSessionId(id, Ring, out var code)
                );
                Assert.Equal(new OwnerCode(7, node, key.Id), code);
            },
            rounds: 200
        );

    /// <summary>Each code has a mark of its own, and what is none has none.</summary>
    [Fact]
    public void TryRead_ManyCodes_EachHasAMarkOfItsOwn()
    {
        var random = Seeds.Random();
        var marks = new HashSet<ulong>();
        for (var count = 0; count < 500; count++)
        {
            var fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(NewKey, 3, random));
            var id = OwnerCode.CreateSessionId(OldKey, 3, random);
            _ = OwnerCode.TryReadFragment(fragment, Ring, out _, out var mark);
            Assert.True(marks.Add(mark));
            _ = OwnerCode.TryReadSessionId(id, Ring, out _, out mark);
            Assert.True(marks.Add(mark));
            fragment[^1] = (byte)(fragment[^1] == 'A' ? 'B' : 'A');
            _ = OwnerCode.TryReadFragment(fragment, Ring, out _, out mark);
            Assert.Equal(0UL, mark);
        }
    }

    /// <summary>Goal: nobody without the key can make or change a code. Method: every character of both
    /// forms replaced by every other one of the alphabet.</summary>
    [Fact]
    public void TryRead_AnyCharacterChanged_IsNeverOk()
    {
        const string alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=";
        var random = Seeds.Random();
        var fragment = OwnerCode.CreateFragment(NewKey, 3, random);
        var id = OwnerCode.CreateSessionId(NewKey, 3, random);
        foreach (var character in alphabet)
        {
            for (var index = 0; index < id.Length; index++)
            {
                var changedId = Replace(id, index, character);
                var changedFragment = Replace(fragment, index % fragment.Length, character);

                var idStatus = OwnerCode.TryReadSessionId(changedId, Ring, out _);
                Assert.Equal(
                    string.Equals(changedId, id, StringComparison.Ordinal),
                    idStatus == OwnerCodeStatus.Ok
                );
                var fragmentStatus = ReadFragment(changedFragment, out _);
                Assert.Equal(
                    string.Equals(changedFragment, fragment, StringComparison.Ordinal),
                    fragmentStatus == OwnerCodeStatus.Ok
                );
            }
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("abcd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAA AAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAA-AAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void TryReadFragment_OtherText_NotACode(string text) =>
        Assert.Equal(OwnerCodeStatus.NotACode, ReadFragment(text, out _));

    [Fact]
    public void TryReadFragment_VersionOfTomorrow_UnknownVersion() =>
        Assert.Equal(
            OwnerCodeStatus.UnknownVersion,
            ReadFragment("Ag" + new string('A', 30), out _)
        );

    /// <summary>A code of another PoP still tells where it belongs, so that it can be sent there.</summary>
    [Fact]
    public void TryReadFragment_KeyOfAnotherPop_UnknownKeyWithTheOwner()
    {
        var fragment = OwnerCode.CreateFragment(Foreign, 9, Prng.FromNumber(1));

        Assert.Equal(OwnerCodeStatus.UnknownKey, ReadFragment(fragment, out var code));
        Assert.Equal(new OwnerCode(8, 9, 1), code);
    }

    [Fact]
    public void TryReadFragment_OtherSecretUnderSameIdentifier_BadMac()
    {
        var impostor = PopKey.Create(7, id: 2, "a guessed secret of 24 b"u8);
        var fragment = OwnerCode.CreateFragment(impostor, 9, Prng.FromNumber(1));

        Assert.Equal(OwnerCodeStatus.BadMac, ReadFragment(fragment, out var code));
        Assert.Equal(default, code);
    }

    /// <summary>Goal: codes outlive the program that made them. Method: two made by another
    /// implementation of the format.</summary>
    [Fact]
    public void TryRead_CodesOfVersionOne_AreReadForever()
    {
        Assert.Equal(
            OwnerCodeStatus.Ok,
            ReadFragment("AQIABxI0AAECAwQFBgcICbE+JQknUWol", out var fromFragment)
        );
        Assert.Equal(
            OwnerCodeStatus.Ok,
            OwnerCode.TryReadSessionId(
                "AQIABxI0AAECAwQFBgcICQoLDA0OD4LzAhQxKwjB",
                Ring,
                out var fromId
            )
        );
        Assert.Equal(new OwnerCode(7, 0x1234, 2), fromFragment);
        Assert.Equal(fromFragment, fromId);
    }

    [Fact]
    public void NumberOf_Names_IsStable()
    {
        Assert.Equal(OwnerCode.NumberOf("local"), OwnerCode.NumberOf("local"));
        Assert.NotEqual(OwnerCode.NumberOf("n1"), OwnerCode.NumberOf("n2"));
    }

    [Fact]
    public void PopKeyRing_ThreeKeysOrOneIdentifierTwice_Throws()
    {
        var third = PopKey.Create(7, id: 3, "a third secret of the PoP"u8);
        var twin = PopKey.Create(7, id: 2, "a twin secret of the PoP."u8);

        Assert.Throws<ArgumentException>(() => new PopKeyRing(NewKey, OldKey, third));
        Assert.Throws<ArgumentException>(() => new PopKeyRing(NewKey, twin));
        Assert.Same(NewKey, new PopKeyRing(Foreign, NewKey, OldKey).FindCurrent(7));
        Assert.Null(Ring.FindCurrent(8));
    }

    [Fact]
    public void TryReadFragmentAndTryReadSessionId_Codes_AllocateNothing()
    {
        var random = Prng.FromNumber(1);
        var fragment = Encoding.ASCII.GetBytes(OwnerCode.CreateFragment(NewKey, 3, random));
        var id = OwnerCode.CreateSessionId(OldKey, 3, random);
        AllocationAssert.None(() =>
        {
            var isRead =
                OwnerCode.TryReadFragment(fragment, Ring, out _) == OwnerCodeStatus.Ok
                && OwnerCode.TryReadSessionId(id, Ring, out _) == OwnerCodeStatus.Ok;
            if (!isRead)
            {
                throw new InvalidOperationException("The codes were not read.");
            }
        });
    }

    private static OwnerCodeStatus ReadFragment(string text, out OwnerCode code) =>
        OwnerCode.TryReadFragment(Encoding.ASCII.GetBytes(text), Ring, out code);

    private static string Replace(string text, int index, char character) =>
        $"{text[..index]}{character}{text[(index + 1)..]}";

    private static bool IsIceChar(char character) =>
        char.IsAsciiLetterOrDigit(character) || character is '+' or '/';
}
