using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Edge.Bus.Lan;
using Edge.Bus.Lan.Handshakes;
using Edge.Testing;
using Xunit;

namespace Edge.Bus.Tests.Lan;

/// <summary>The handshake, without sockets.</summary>
public sealed class HandshakeTests
{
    private static readonly LanKey Key = LanBuses.Key;
    private static readonly byte[] DiallerNonce = NonceOf(1);
    private static readonly byte[] AcceptorNonce = NonceOf(2);

    /// <summary>The bytes are those of NOTES.md: an independent program made the vector from it.</summary>
    [Fact]
    public void Handshake_VectorsNonces_VectorsBytes()
    {
        var vectors = Vectors.Load("lan/handshake.txt");
        var key = new LanKey(1, [.. vectors["pop key"]]);
        var dialler = new DiallerHandshake(
            HandshakeParty.Of("control-2"),
            "n1",
            key,
            vectors["dialler nonce"]
        );
        var self = HandshakeParty.Of("n1") with { Life = 0x0102030405060708, SignMs = 50 };
        var acceptor = new AcceptorHandshake(self, [key]);

        Assert.Equal(vectors["hello"], dialler.Hello.ToArray());
        Assert.Equal(
            HandshakeError.None,
            acceptor.HandleHello(
                dialler.Hello,
                vectors["acceptor nonce"],
                out var name,
                out var secrets
            )
        );
        Assert.Equal("control-2", name);
        Assert.Equal(vectors["answer"], acceptor.Answer.ToArray());
        Assert.Equal(vectors["dialler secret"], secrets!.Receiving);
        Assert.Equal(vectors["acceptor secret"], secrets.Sending);
        Assert.Equal(HandshakeParty.Of("control-2"), secrets.Peer);
        Assert.Equal(HandshakeError.None, dialler.HandleAnswer(acceptor.Answer, out var dialled));
        Assert.Equal(self, dialled!.Peer);
    }

    [Fact]
    public void Handshake_SameKey_SameSecretsCrosswise()
    {
        var dialler = Dial("a", "b");
        var acceptor = Accept("b", dialler.Hello, out var accepted);

        Assert.Equal(HandshakeError.None, dialler.HandleAnswer(acceptor.Answer, out var dialled));
        Assert.Equal(accepted!.Receiving, dialled!.Sending);
        Assert.Equal(accepted.Sending, dialled.Receiving);
        Assert.NotEqual(dialled.Sending, dialled.Receiving);
    }

    [Fact]
    public void Handshake_Names_NotReadableInBytes()
    {
        var dialler = Dial("some-name", "the-other");
        var acceptor = Accept("the-other", dialler.Hello, out _);

        var seen = Encoding.Latin1.GetString([.. dialler.Hello, .. acceptor.Answer]);
        Assert.DoesNotContain("some-name", seen, StringComparison.Ordinal);
        Assert.DoesNotContain("the-other", seen, StringComparison.Ordinal);
    }

    [Fact]
    public void HandleHello_UnknownKeyId_Unknown() =>
        Assert.Equal(
            HandshakeError.UnknownKey,
            Refusal("b", Dial("a", "b", LanBuses.KeyOf(2)).Hello, Key)
        );

    [Fact]
    public void HandleHello_OtherKeyOfTheSameId_NotAuthentic()
    {
        var other = LanBuses.KeyOf(2) with { Id = Key.Id };

        Assert.Equal(HandshakeError.NotAuthentic, Refusal("b", Dial("a", "b", other).Hello, Key));
    }

    /// <summary>Ids follow from keys, so two keys may share one.</summary>
    [Fact]
    public void HandleHello_TwoKeysOfOneId_EitherIsTaken()
    {
        var other = LanBuses.KeyOf(2) with { Id = Key.Id };
        foreach (var key in new[] { Key, other })
        {
            var dialler = Dial("a", "b", key);
            var acceptor = new AcceptorHandshake(HandshakeParty.Of("b"), [Key, other]);
            Assert.Equal(
                HandshakeError.None,
                acceptor.HandleHello(dialler.Hello, AcceptorNonce, out _, out _)
            );
            Assert.Equal(HandshakeError.None, dialler.HandleAnswer(acceptor.Answer, out _));
        }
    }

    [Fact]
    public void HandleHello_ForAnotherProcess_WrongName() =>
        Assert.Equal(HandshakeError.WrongName, Refusal("c", Dial("a", "b").Hello, Key));

    /// <summary>The one with the smaller name connects, or both would.</summary>
    [Fact]
    public void HandleHello_FromALargerName_Knock() =>
        Assert.Equal(HandshakeError.Knock, Refusal("b", Dial("c", "b").Hello, Key));

    [Fact]
    public void HandleHello_OurOwnReflected_WrongName() =>
        Assert.Equal(HandshakeError.WrongName, Refusal("a", Dial("a", "b").Hello, Key));

    [Fact]
    public void HandleAnswer_HelloReflected_Unrecognised()
    {
        var dialler = Dial("a", "b");

        Assert.Equal(HandshakeError.Unrecognised, dialler.HandleAnswer(dialler.Hello, out _));
    }

    /// <summary>A hello that only says that it is an answer is under another key.</summary>
    [Fact]
    public void HandleAnswer_HelloReflectedAsAnswer_NotAuthentic()
    {
        var dialler = Dial("a", "b");
        var reflected = dialler.Hello.ToArray();
        reflected[4] = Envelope.Answer;

        Assert.Equal(HandshakeError.NotAuthentic, dialler.HandleAnswer(reflected, out _));
    }

    [Fact]
    public void HandleHello_AnswerReflected_Unrecognised()
    {
        var acceptor = Accept("b", Dial("a", "b").Hello, out _);

        Assert.Equal(HandshakeError.Unrecognised, Refusal("b", acceptor.Answer, Key));
    }

    [Fact]
    public void HandleAnswer_OfAnotherHandshake_NotAuthentic()
    {
        var before = Accept("b", Dial("a", "b").Hello, out _);
        var dialler = Dial("a", "b", nonce: NonceOf(3));

        Assert.Equal(HandshakeError.NotAuthentic, dialler.HandleAnswer(before.Answer, out _));
    }

    [Fact]
    public void HandleAnswer_OfAnotherProcess_WrongName()
    {
        var dialler = Dial("a", "b");
        var answer = SealAnswer(dialler.Hello, new("c", 1, 1), "a");

        Assert.Equal(HandshakeError.WrongName, dialler.HandleAnswer(answer, out _));
    }

    [Fact]
    public void HandleHello_Replayed_AnswerOfNoUseToWhoReplays()
    {
        var dialler = Dial("a", "b");
        Accept("b", dialler.Hello, out var first);

        var acceptor = new AcceptorHandshake(HandshakeParty.Of("b"), [Key]);
        acceptor.HandleHello(dialler.Hello, NonceOf(9), out _, out var second);

        Assert.NotEqual(first!.Receiving, second!.Receiving);
        Assert.NotEqual(first.Sending, second.Sending);
    }

    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(1, 9, 1)]
    [InlineData(0, 1, 1)]
    [InlineData(2, 9, 0)]
    [InlineData(0, 0, 0)]
    public void Handshake_PeersVersions_NewestInCommonOrMismatch(
        byte oldest,
        byte newest,
        byte chosen
    )
    {
        var dialler = new DiallerHandshake(new("a", oldest, newest), "b", Key, DiallerNonce);
        var acceptor = new AcceptorHandshake(HandshakeParty.Of("b"), [Key]);
        var expected = chosen == 0 ? HandshakeError.VersionMismatch : HandshakeError.None;

        Assert.Equal(
            expected,
            acceptor.HandleHello(dialler.Hello, AcceptorNonce, out _, out var accepted)
        );
        Assert.Equal(expected, dialler.HandleAnswer(acceptor.Answer, out var dialled));
        Assert.Equal(chosen, accepted?.Version ?? 0);
        Assert.Equal(chosen, dialled?.Version ?? 0);
    }

    /// <summary>What a later version says beside is skipped.</summary>
    [Fact]
    public void HandleHello_LongerThanOurs_Understood()
    {
        var hello = SealHello([1, 9, 1, (byte)'a', 1, (byte)'b', .. new byte[700]]);

        var acceptor = new AcceptorHandshake(HandshakeParty.Of("b"), [Key]);
        Assert.Equal(
            HandshakeError.None,
            acceptor.HandleHello(hello, AcceptorNonce, out var name, out _)
        );
        Assert.Equal("a", name);
    }

    [Theory]
    [InlineData("")]
    [InlineData("01")]
    [InlineData("0101")]
    [InlineData("010100")]
    [InlineData("010101")]
    [InlineData("01010161")]
    [InlineData("0101016102")]
    [InlineData("01010161026262FF")]
    [InlineData("0101012E0162")]
    [InlineData("010101FF0162")]
    public void HandleHello_AuthenticAndMalformed_Refused(string plain)
    {
        var hello = SealHello(Convert.FromHexString(plain));

        var error = Refusal("b", hello, Key);
        Assert.True(error is HandshakeError.Malformed or HandshakeError.WrongName, $"{error}");
    }

    [Fact]
    public void TryReadLength_AnyBox_BoundedOrRefused()
    {
        var header = Dial("a", "b").Hello[..Envelope.HeaderBytes].ToArray();
        for (var length = 0; length <= ushort.MaxValue; length++)
        {
            header[6] = (byte)(length >> 8);
            header[7] = (byte)length;
            var error = Envelope.TryReadLength(header, Envelope.Hello, out var total);
            var isAllowed = length is >= 16 and <= 1024;
            Assert.Equal(isAllowed ? HandshakeError.None : HandshakeError.WrongLength, error);
            Assert.Equal(isAllowed ? length + Envelope.HeaderBytes : 0, total);
        }
    }

    /// <summary>Whatever bit is changed, wherever it is cut: refused, and never an exception.</summary>
    [Fact]
    public void Handshake_ChangedOrCut_Refused()
    {
        var dialler = Dial("a", "b");
        var hello = dialler.Hello.ToArray();
        var answer = Accept("b", hello, out _).Answer.ToArray();
        for (var index = 0; index < hello.Length; index++)
        {
            foreach (var bit in new[] { 0, 3, 7 })
            {
                hello[index] ^= (byte)(1 << bit);
                answer[index] ^= (byte)(1 << bit);
                Assert.NotEqual(HandshakeError.None, Refusal("b", hello, Key));
                Assert.NotEqual(HandshakeError.None, dialler.HandleAnswer(answer, out _));
                hello[index] ^= (byte)(1 << bit);
                answer[index] ^= (byte)(1 << bit);
            }

            Assert.NotEqual(HandshakeError.None, Refusal("b", hello.AsSpan(0, index), Key));
            Assert.NotEqual(
                HandshakeError.None,
                dialler.HandleAnswer(answer.AsSpan(0, index), out _)
            );
        }

        Assert.Equal(HandshakeError.None, dialler.HandleAnswer(answer, out _));
    }

    [Fact]
    public void Handshake_RandomBytes_Refused() =>
        Seeds.Check(
            random =>
            {
                var bytes = new byte[random.NextInt32(Envelope.BytesMax + 100)];
                random.Fill(bytes);
                if (random.NextInt32(2) == 0)
                {
                    // Past the first checks.
                    Dial("a", "b").Hello[..Math.Min(8, bytes.Length)].CopyTo(bytes);
                }

                Assert.NotEqual(HandshakeError.None, Refusal("b", bytes, Key));
                Assert.NotEqual(HandshakeError.None, Dial("a", "b").HandleAnswer(bytes, out _));
            },
            rounds: 2000
        );

    /// <summary>Each name counts, and where one ends and the other begins.</summary>
    [Fact]
    public void Records_OtherNamesVersionOrTranscript_OtherSecrets()
    {
        var hello = Dial("a", "b").Hello.ToArray();
        var otherHello = Dial("a", "b", nonce: NonceOf(7)).Hello.ToArray();
        byte[][] all =
        [
            HandshakeKeys.Records(Key, 1, ("ab", "c"), hello, hello).FromDialler,
            HandshakeKeys.Records(Key, 1, ("a", "bc"), hello, hello).FromDialler,
            HandshakeKeys.Records(Key, 1, ("ab", "d"), hello, hello).FromDialler,
            HandshakeKeys.Records(Key, 2, ("ab", "c"), hello, hello).FromDialler,
            HandshakeKeys.Records(Key, 1, ("ab", "c"), otherHello, hello).FromDialler,
            HandshakeKeys.Records(Key, 1, ("ab", "c"), hello, otherHello).FromDialler,
            HandshakeKeys.Records(LanBuses.KeyOf(2), 1, ("ab", "c"), hello, hello).FromDialler,
            HandshakeKeys.Records(Key, 1, ("ab", "c"), hello, hello).FromAcceptor,
        ];

        Assert.Equal(
            all.Length,
            all.Select(Convert.ToHexString).Distinct(StringComparer.Ordinal).Count()
        );
    }

    private static DiallerHandshake Dial(
        string self,
        string peer,
        LanKey? key = null,
        byte[]? nonce = null
    ) => new(HandshakeParty.Of(self), peer, key ?? Key, nonce ?? DiallerNonce);

    private static AcceptorHandshake Accept(
        string self,
        ReadOnlySpan<byte> hello,
        out SessionSecrets? secrets
    )
    {
        var acceptor = new AcceptorHandshake(HandshakeParty.Of(self), [Key]);
        Assert.Equal(
            HandshakeError.None,
            acceptor.HandleHello(hello, AcceptorNonce, out _, out secrets)
        );
        return acceptor;
    }

    private static HandshakeError Refusal(string self, ReadOnlySpan<byte> hello, LanKey key)
    {
        var acceptor = new AcceptorHandshake(HandshakeParty.Of(self), ImmutableArray.Create(key));
        var error = acceptor.HandleHello(hello, AcceptorNonce, out _, out var secrets);
        Assert.True(error == HandshakeError.None || secrets is null);
        return error;
    }

    private static byte[] SealHello(byte[] plain)
    {
        var hello = new byte[Envelope.HeaderBytes + plain.Length + 16];
        Envelope.WriteHeader(hello, Envelope.Hello, Key.Id, DiallerNonce);
        hello[6] = (byte)((plain.Length + 16) >> 8);
        hello[7] = (byte)(plain.Length + 16);
        var derived = new byte[32];
        HandshakeKeys.Hello(Key, hello, derived);
        using var cipher = new AesGcm(derived, tagSizeInBytes: 16);
        cipher.Encrypt(
            new byte[12],
            plain,
            hello.AsSpan(Envelope.HeaderBytes, plain.Length),
            hello.AsSpan(Envelope.HeaderBytes + plain.Length),
            hello.AsSpan(0, Envelope.HeaderBytes)
        );
        return hello;
    }

    private static byte[] SealAnswer(
        ReadOnlySpan<byte> hello,
        HandshakeParty sender,
        string receiver
    )
    {
        var answer = new byte[Envelope.Bytes];
        Envelope.WriteHeader(answer, Envelope.Answer, Key.Id, AcceptorNonce);
        var derived = new byte[32];
        HandshakeKeys.Answer(Key, hello, AcceptorNonce, derived);
        Envelope.Seal(answer, derived, sender, receiver);
        return answer;
    }

    private static byte[] NonceOf(byte fill) => [.. Enumerable.Repeat(fill, Envelope.NonceBytes)];
}
