using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>After the handshake what a lite agent sends moves only to addresses where the peer was shown to be: a check may
/// have been recorded and sent again from anywhere.</summary>
public sealed class PathProofTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private static readonly IceOptions Options = new();
    private static readonly NetworkAddress AddressC = AddressB.WithPort(50_003);

    [Fact]
    public void HandleDatagram_NominatingCheckFromElsewhere_IsAskedAndMovesNothing()
    {
        var agent = CreateConnected();
        var check = Check(isNominating: true);

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressB, check, Start));

        Assert.Equal(AddressA, agent.Selected);
        var answer = Poll(agent, Start, out var to);
        Assert.Equal(AddressB, to);
        Assert.True(answer!.Length <= check.Length);
        var request = Poll(agent, Start, out to)!;
        Assert.Equal(AddressB, to);
        Assert.True(request.Length <= check.Length);
        Assert.Null(Poll(agent, Start, out _));
        AssertIsForPeer(request);
        Assert.Equal("AddressValidated", Events(agent));
    }

    [Fact]
    public void HandleDatagram_AnswerOfThePeer_Moves()
    {
        var agent = CreateConnected();
        var request = Ask(agent, AddressB, Start);
        var later = Start + TimeSpan.FromMilliseconds(40);

        agent.HandleDatagram(AddressB, Answer(request, Client), later);

        Assert.Equal(AddressB, agent.Selected);
        Assert.Equal("AddressValidated PairSelected", Events(agent));
        Assert.True(agent.MaySend(later));
        Assert.Equal(later, agent.LastConsentAt);
        // Nothing is repeated.
        agent.HandleTimeout(later + TimeSpan.FromSeconds(2));
        Assert.Null(Poll(agent, later + TimeSpan.FromSeconds(2), out _));
    }

    /// <summary>From elsewhere, to another transaction, by somebody else, or of an error: none shows that the peer is
    /// there.</summary>
    [Fact]
    public void HandleDatagram_AnswerThatProvesNothing_MovesNothing()
    {
        var agent = CreateConnected();
        var request = Ask(agent, AddressB, Start);
        var other = Ask(agent, AddressC, Start);

        foreach (
            var (from, answer) in new[]
            {
                (AddressA, Answer(request, Client)),
                (AddressC, Answer(request, Client)),
                (AddressB, Answer(other, Client)),
                (AddressB, Answer(Check(), Client)),
                (AddressB, Answer(request, Server)),
                (AddressB, Answer(request, Client, StunErrorCode.BadRequest)),
            }
        )
        {
            agent.HandleDatagram(from, answer, Start);
            Assert.Equal(AddressA, agent.Selected);
        }

        agent.HandleDatagram(AddressB, Answer(request, Client), Start);
        Assert.Equal(AddressB, agent.Selected);
    }

    /// <summary>An answer proves once: sent again later, after the client went elsewhere, it moves nothing.</summary>
    [Fact]
    public void HandleDatagram_AnswerAndCheckAgain_MoveNothing()
    {
        var agent = CreateConnected();
        var check = Check(isNominating: true);
        agent.HandleDatagram(AddressB, check, Start);
        var answer = Answer(LastRequest(agent, Start), Client);
        agent.HandleDatagram(AddressB, answer, Start);
        agent.HandleDatagram(AddressA, Answer(Ask(agent, AddressA, Start), Client), Start);
        Assert.Equal(AddressA, agent.Selected);

        agent.HandleDatagram(AddressB, answer, Start);
        agent.HandleDatagram(AddressB, check, Start);
        agent.HandleDatagram(AddressB, answer, Start);

        Assert.Equal(AddressA, agent.Selected);
    }

    [Fact]
    public void HandleTimeout_NoAnswer_RepeatsOnceForEachCheck()
    {
        var agent = CreateConnected();
        var request = Ask(agent, AddressB, Start);
        var again = Start + Options.RetransmissionMin;
        Assert.Equal(again, agent.PollTimeout());

        agent.HandleTimeout(again);

        Assert.Equal(request, Poll(agent, again, out _));
        Assert.Null(Poll(agent, again, out _));
        Assert.Equal(Start + Options.ConsentTimeout, agent.PollTimeout());

        // The next check earns more, and an answer to the first counts still.
        var next = Start + TimeSpan.FromSeconds(2);
        Assert.Equal(request, Ask(agent, AddressB, next));
        agent.HandleDatagram(AddressB, Answer(request, Client), next);
        Assert.Equal(AddressB, agent.Selected);
    }

    /// <summary>What only the peer could send, and that never came before, proves an address for which a check asked.</summary>
    [Fact]
    public void HandleFresh_AskedFor_Moves()
    {
        var agent = CreateConnected();
        agent.HandleDatagram(AddressC, Check(), Start);
        Ask(agent, AddressB, Start);
        Events(agent);

        Assert.False(agent.HandleFresh(AddressA, Start));
        Assert.False(agent.HandleFresh(AddressC, Start));
        Assert.True(agent.HandleFresh(AddressB, Start));
        Assert.False(agent.HandleFresh(AddressB, Start));

        Assert.Equal(AddressB, agent.Selected);
        Assert.Equal("PairSelected", Events(agent));
    }

    /// <summary>A check that is not repeated within the longest interval of checks is not meant any more.</summary>
    [Fact]
    public void HandleFresh_AskedForLongAgo_MovesNothing()
    {
        var agent = CreateConnected();
        var request = Ask(agent, AddressB, Start);
        var late = Start + Options.SilenceMax;

        Assert.False(agent.HandleFresh(AddressB, late));
        agent.HandleDatagram(AddressB, Answer(request, Client), late);

        Assert.Equal(AddressA, agent.Selected);
    }

    /// <summary>FFmpeg's check is shorter than any request of ours, and it answers none: its media is what tells.</summary>
    [Fact]
    public void HandleDatagram_CheckShorterThanOurs_IsNotAsked()
    {
        var agent = CreateConnected();

        agent.HandleDatagram(AddressB, FfmpegCheck(), Start);

        Assert.Equal(StunClass.SuccessResponse, ClassOf(Poll(agent, Start, out _)));
        Assert.Null(Poll(agent, Start, out _));
        Assert.Equal(AddressA, agent.Selected);
        Assert.True(agent.HandleFresh(AddressB, Start));
    }

    /// <summary>Of two addresses that are asked the one that the peer wanted last is used, whichever answers first.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HandleDatagram_TwoAsked_TheLatestWishHolds(bool isLatestFirst)
    {
        var agent = CreateConnected();
        var later = Start + TimeSpan.FromMilliseconds(10);
        var first = (AddressB, Answer(Ask(agent, AddressB, Start), Client));
        var latest = (AddressC, Answer(Ask(agent, AddressC, later), Client));

        foreach (var (from, answer) in isLatestFirst ? new[] { latest, first } : [first, latest])
        {
            agent.HandleDatagram(from, answer, later);
        }

        Assert.Equal(AddressC, agent.Selected);
    }

    /// <summary>A NAT that gave the client another address, of which it knows nothing: plain checks ask for it once the
    /// selected address missed its own, and no longer when that speaks again.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void HandleDatagram_PlainCheckWhileSelectedIsSilent_Asks(bool speaksAgain)
    {
        var agent = CreateConnected();
        agent.HandleDatagram(AddressB, Check(), Start + TimeSpan.FromSeconds(6));
        Drain(agent, Start);
        var silent = Start + TimeSpan.FromSeconds(8);
        agent.HandleDatagram(AddressB, Check(), silent);
        var request = LastRequest(agent, silent);
        if (speaksAgain)
        {
            agent.HandleDatagram(AddressA, Check(), silent);
        }

        agent.HandleDatagram(AddressB, Answer(request, Client), silent);

        Assert.Equal(speaksAgain ? AddressA : AddressB, agent.Selected);
    }

    /// <summary>Where the client was when its consent ran out somebody else may be by now.</summary>
    [Fact]
    public void HandleDatagram_CheckAfterConsentWasLost_ComesBackWithTheProof()
    {
        var agent = CreateConnected();
        var end = Start + Options.ConsentTimeout;
        agent.HandleTimeout(end);
        Assert.Equal("ConsentLost", Events(agent));

        var request = Ask(agent, AddressA, end);
        Assert.Equal(IceState.ConsentLost, agent.State);
        Assert.False(agent.MaySend(end));
        agent.HandleDatagram(AddressA, Answer(request, Client), end);

        Assert.Equal("ConsentRestored", Events(agent));
        Assert.Equal(IceState.Nominated, agent.State);
        Assert.True(agent.MaySend(end));
    }

    /// <summary>The other address was asked since the selected one missed its checks: one that proved nothing until then does
    /// not take over when consent ends.</summary>
    [Fact]
    public void HandleTimeout_SelectedSilentOtherUnproved_LosesConsent()
    {
        var agent = CreateConnected();
        agent.HandleDatagram(AddressB, Check(), Start + TimeSpan.FromSeconds(25));
        Events(agent);

        agent.HandleTimeout(Start + Options.ConsentTimeout);

        Assert.Equal(AddressA, agent.Selected);
        Assert.Equal("ConsentLost", Events(agent));
    }

    /// <summary>The connection of the chosen path was reset: the other path is asked at once, by what its last check
    /// earned.</summary>
    [Fact]
    public void HandlePathClosed_AnotherConsents_IsAskedAtOnce()
    {
        var agent = CreateConnected();
        agent.HandleDatagram(AddressB, Check(), Start);
        Drain(agent, Start);

        agent.HandlePathClosed(AddressA, Start);

        Assert.False(agent.MaySend(Start));
        agent.HandleDatagram(AddressB, Answer(LastRequest(agent, Start), Client), Start);
        Assert.Equal(AddressB, agent.Selected);
        Assert.True(agent.MaySend(Start));
    }

    /// <summary>Wi-Fi to mobile with an ICE restart: the new credentials ask, and are what the answer is signed with.</summary>
    [Fact]
    public void RestartLocal_NominatedFromElsewhere_MovesWithTheProof()
    {
        var agent = CreateConnected();
        var local = new IceCredentials(
            "renewedFragment+/0123456789abcdef",
            "renewedPassword12345678"
        );
        var remote = new IceCredentials("cLiF", "renewedClientPassword1234");
        agent.RestartLocal(local, remote, Start);
        agent.HandleDatagram(AddressB, Check(isNominating: true, to: local, from: remote), Start);
        var request = LastRequest(agent, Start);
        Assert.NotNull(agent.PreviousLocal);

        agent.HandleDatagram(AddressB, Answer(request, Client), Start);
        Assert.Equal(AddressA, agent.Selected);
        agent.HandleDatagram(AddressB, Answer(request, remote), Start);

        Assert.Equal(AddressB, agent.Selected);
        Assert.Null(agent.PreviousLocal);
    }

    /// <summary>Before the handshake the last nomination holds, as no media goes anywhere; the handshake's own address is
    /// what is used then.</summary>
    [Fact]
    public void HandleKeysAgreed_ByAnotherThanTheSelected_ThatOneIsUsed()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleDatagram(AddressB, Check(isNominating: true), Start);
        Assert.Equal(AddressB, agent.Selected);

        agent.HandleKeysAgreed(AddressA, Start);

        Assert.Equal(AddressA, agent.Selected);
        Assert.True(agent.MaySend(Start));
    }

    /// <summary>TryProveByMedia, too.</summary>
    [Fact]
    public void HandleFresh_AnyAddress_AllocatesNothing()
    {
        var agent = CreateConnected();
        Ask(agent, AddressB, Start);
        AllocationAssert.None(() =>
        {
            if (agent.HandleFresh(AddressA, Start) || agent.HandleFresh(AddressC, Start))
            {
                throw new InvalidOperationException("Nobody asked for it.");
            }
        });
    }

    private static IceAgent CreateAgent()
    {
        var agent = new IceAgent(IceMode.Lite, Server, Prng.FromNumber(1), Options);
        agent.SetRemote(Client, Start);
        return agent;
    }

    private static IceAgent CreateConnected()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleKeysAgreed(AddressA, Start);
        Drain(agent, Start);
        Events(agent);
        return agent;
    }

    /// <summary>A nominating check from an address; the request that goes there.</summary>
    private static byte[] Ask(IceAgent agent, NetworkAddress from, Instant now)
    {
        agent.HandleDatagram(from, Check(isNominating: true), now);
        return LastRequest(agent, now);
    }

    private static byte[] LastRequest(IceAgent agent, Instant now)
    {
        byte[]? request = null;
        while (Poll(agent, now, out _) is { } datagram)
        {
            request = ClassOf(datagram) == StunClass.Request ? datagram : request;
        }

        return request ?? throw new InvalidOperationException("Nothing was asked.");
    }

    private static StunClass ClassOf(byte[]? datagram)
    {
        Assert.Equal(StunParseError.None, StunMessage.TryParse(datagram, out var message));
        return message.Class;
    }

    private static void Drain(IceAgent agent, Instant now)
    {
        while (Poll(agent, now, out _) is not null)
        {
            // Answers.
        }
    }

    /// <summary>As a full agent expects it (RFC 8445 §7.1, §7.3.1.1), so that it answers without a role conflict.</summary>
    private static void AssertIsForPeer(byte[] request)
    {
        Assert.Equal(StunParseError.None, StunMessage.TryParse(request, out var message));
        Assert.Equal(StunClass.Request, message.Class);
        Assert.True(message.TryReadUsername(out var local, out var remote));
        Assert.True(local.SequenceEqual("cLiE"u8));
        Assert.True(remote.SequenceEqual("serverFragment+/0123456789abcdef"u8));
        Assert.True(message.TryReadIceControlled(out _));
        Assert.False(message.HasUseCandidate);
        Assert.True(message.VerifyIntegrity("clientPasswordClientPassw"u8));
        Assert.True(message.HasFingerprint && message.HasValidFingerprintOrNone);
    }
}
