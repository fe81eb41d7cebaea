using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>The client's side, message by message; whole connections are in IceScenarios.</summary>
public sealed class IceAgentControllingTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private static readonly IceOptions Options = new();

    [Fact]
    public void AddRemoteCandidate_FirstOne_IsCheckedAtOnce()
    {
        var agent = CreateAgent();
        var check = Poll(agent, Start, out var to);

        Assert.Equal(AddressA, to);
        Assert.Equal(StunParseError.None, StunMessage.TryParse(check, out var message));
        Assert.True(message.TryReadUsername(out var local, out var remote));
        Assert.True(local.SequenceEqual("serverFragment+/0123456789abcdef"u8));
        Assert.True(remote.SequenceEqual("cLiE"u8));
        Assert.True(message.TryReadPriority(out var priority));
        Assert.Equal(110u, priority >> 24);
        Assert.True(message.TryReadIceControlling(out _));
        Assert.False(message.HasUseCandidate);
        Assert.True(message.VerifyIntegrity("serverPasswordServerPassword1234"u8));
        Assert.True(message.HasFingerprint && message.HasValidFingerprintOrNone);
    }

    /// <summary>RFC 8445 §14.2: a second pair waits for Ta.</summary>
    [Fact]
    public void AddRemoteCandidate_SecondOne_IsPaced()
    {
        var agent = CreateAgent();
        Poll(agent, Start, out _);
        agent.AddRemoteCandidate(AddressB, Start);
        Assert.Null(Poll(agent, Start, out _));
        Assert.Equal(Start + Options.CheckPacing, agent.PollTimeout());

        agent.HandleTimeout(agent.PollTimeout());

        Assert.NotNull(Poll(agent, Start + Options.CheckPacing, out var to));
        Assert.Equal(AddressB, to);
    }

    [Fact]
    public void HandleTimeout_NoAnswer_RetransmitsTheSameBytesEverSlower()
    {
        var agent = CreateAgent();
        var first = Poll(agent, Start, out _);
        var sentAt = Start;
        var gaps = new List<double>();
        for (var count = 0; count < 6; count++)
        {
            var now = agent.PollTimeout();
            agent.HandleTimeout(now);
            Assert.Equal(first, Poll(agent, now, out _));
            gaps.Add((now - sentAt).TotalMilliseconds);
            sentAt = now;
        }

        Assert.Equal([250, 500, 1000, 2000, 2000, 2000], gaps);
    }

    /// <summary>What an agent sends to addresses that never answer: paced, ever slower, and no more when the
    /// time is over, however many addresses were named and whatever is said to it then.</summary>
    [Fact]
    public void HandleTimeout_NobodyAnswers_ChecksArePacedBoundedAndEnd()
    {
        const int Named = 20;
        const int AddressesMax = 16;
        const int PerAddressMax = 18;
        var agent = CreateAgent();
        for (ushort port = 1; port < Named; port++)
        {
            agent.AddRemoteCandidate(AddressA.WithPort(port), Start);
        }

        var sent = new Dictionary<NetworkAddress, int>();
        var sentBytes = 0;
        var sentAt = Start - Options.CheckPacing;
        var now = Start;
        while (agent.State != IceState.Failed)
        {
            while (Poll(agent, now, out var to) is { } check)
            {
                Assert.True(
                    now - sentAt >= Options.CheckPacing,
                    $"Two checks within {now - sentAt}."
                );
                sentAt = now;
                sentBytes += check.Length;
                sent[to] = sent.GetValueOrDefault(to) + 1;
            }

            now = agent.PollTimeout();
            agent.HandleTimeout(now);
        }

        Assert.Equal(Start + Options.EstablishTimeout, now);
        Assert.Equal(AddressesMax, sent.Count);
        Assert.All(sent.Values, count => Assert.InRange(count, PerAddressMax - 3, PerAddressMax));
        Assert.True(sentBytes < 40_000, $"{sentBytes} bytes were sent.");
        Assert.Equal(Instant.Never, agent.PollTimeout());
        agent.AddRemoteCandidate(AddressB, now);
        Assert.Null(Poll(agent, now, out _));
    }

    /// <summary>RFC 8445 §8.1.1: regular nomination is a second check, with USE-CANDIDATE.</summary>
    [Fact]
    public void HandleDatagram_Success_IsFollowedByTheNomination()
    {
        var agent = CreateAgent();
        var check = Poll(agent, Start, out _)!;

        Assert.Equal(
            IceInput.Accepted,
            agent.HandleDatagram(AddressA, Answer(check, Server), Start)
        );

        Assert.Equal(IceState.Validated, agent.State);
        Assert.True(agent.MaySend(Start));
        var nomination = Nomination(agent, Start, out var now);
        Assert.Equal(
            IceInput.Accepted,
            agent.HandleDatagram(AddressA, Answer(nomination, Server), now)
        );
        Assert.Equal(IceState.Nominated, agent.State);
        Assert.Equal("AddressValidated PairSelected", Events(agent));
        Assert.InRange(
            (agent.PollTimeout() - now).TotalMilliseconds,
            Options.ConsentIntervalMin.TotalMilliseconds,
            Options.ConsentIntervalMax.TotalMilliseconds
        );
    }

    [Fact]
    public void HandleDatagram_AnswerNotFromWhereItWasAsked_ChangesNothing()
    {
        var agent = CreateAgent();
        var answer = Answer(Poll(agent, Start, out _)!, Server);
        var before = agent.ComputeStateHash();

        Assert.Equal(IceInput.UnknownTransaction, agent.HandleDatagram(AddressB, answer, Start));
        Assert.Equal(before, agent.ComputeStateHash());
        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, answer, Start));
        Assert.Equal(IceInput.UnknownTransaction, agent.HandleDatagram(AddressA, answer, Start));
    }

    [Theory]
    [InlineData(StunErrorCode.None)]
    [InlineData(StunErrorCode.BadRequest)]
    [InlineData(StunErrorCode.RoleConflict)]
    public void HandleDatagram_AnswerWithoutThePassword_ChangesNothing(StunErrorCode error)
    {
        var agent = CreateAgent();
        var check = Poll(agent, Start, out _)!;
        var before = agent.ComputeStateHash();
        var forged = Answer(check, new IceCredentials("x", "guessed"), error);

        Assert.Equal(IceInput.BadIntegrity, agent.HandleDatagram(AddressA, forged, Start));
        Assert.Equal(before, agent.ComputeStateHash());
    }

    [Fact]
    public void HandleDatagram_RoleConflictAnswer_IsCheckedAgainAsControlled()
    {
        var agent = CreateAgent();
        var check = Poll(agent, Start, out _)!;
        agent.HandleDatagram(AddressA, Answer(check, Server, StunErrorCode.RoleConflict), Start);

        var now = Start + Options.CheckPacing;
        agent.HandleTimeout(now);

        StunMessage.TryParse(Poll(agent, now, out _), out var message);
        Assert.True(message.TryReadIceControlled(out _));
        Assert.False(message.TryReadIceControlling(out _));
    }

    [Fact]
    public void HandleDatagram_RefusedCheck_IsNotSentAgain()
    {
        var agent = CreateAgent();
        var check = Poll(agent, Start, out _)!;
        agent.HandleDatagram(AddressA, Answer(check, Server, StunErrorCode.BadRequest), Start);

        Assert.Equal(Start + Options.EstablishTimeout, agent.PollTimeout());
    }

    /// <summary>RFC 7675 §5.2: the peer may withdraw its consent at once.</summary>
    [Fact]
    public void HandleDatagram_ConsentCheckForbidden_StopsSendingAtOnce()
    {
        var agent = CreateNominated(out var now);
        now = agent.PollTimeout();
        agent.HandleTimeout(now);
        var check = Poll(agent, now, out _)!;
        Events(agent);

        agent.HandleDatagram(AddressA, Answer(check, Server, StunErrorCode.Forbidden), now);

        Assert.Equal(IceState.ConsentLost, agent.State);
        Assert.False(agent.MaySend(now));
        Assert.Equal("ConsentLost", Events(agent));
        Assert.Equal(Instant.Never, agent.PollTimeout());
    }

    /// <summary>RFC 7675 §5.1: a new transaction each time, at random intervals.</summary>
    [Fact]
    public void HandleTimeout_ConsentChecks_DifferInTransactionAndInterval()
    {
        var agent = CreateNominated(out var now);
        var ids = new HashSet<StunTransactionId>();
        var intervals = new HashSet<TimeSpan>();
        for (var count = 0; count < 5; count++)
        {
            intervals.Add(agent.PollTimeout() - now);
            now = agent.PollTimeout();
            agent.HandleTimeout(now);
            var check = Poll(agent, now, out _)!;
            StunMessage.TryParse(check, out var message);
            ids.Add(message.TransactionId);
            Assert.False(message.HasUseCandidate);
            agent.HandleDatagram(AddressA, Answer(check, Server), now);
            Assert.Equal(now, agent.LastConsentAt);
        }

        Assert.Equal(5, ids.Count);
        Assert.Equal(5, intervals.Count);
    }

    /// <summary>RFC 8445 §7.3.1.3: a check from an unknown address makes a pair of its own.</summary>
    [Fact]
    public void HandleDatagram_CheckFromUnknownAddress_IsAnsweredAndCheckedBack()
    {
        var agent = CreateAgent();
        Poll(agent, Start, out _);
        var request = ControlledCheck();

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressB, request, Start));

        Assert.NotNull(Poll(agent, Start, out var answeredTo));
        Assert.Equal(AddressB, answeredTo);
        Assert.False(agent.MaySend(Start));
        var now = Start + Options.CheckPacing;
        agent.HandleTimeout(now);
        Assert.NotNull(Poll(agent, now, out var checkedAt));
        Assert.Equal(AddressB, checkedAt);
    }

    [Fact]
    public void Validate_Defaults_AreFineAndEveryProblemIsNamed()
    {
        Assert.Empty(Options.Validate());
        var wrong = Options with { CheckPacing = TimeSpan.Zero, ConsentTimeout = TimeSpan.Zero };
        Assert.Equal(2, wrong.Validate().Count);
    }

    private static byte[] ControlledCheck() =>
        Write(
            StunClass.Request,
            NextId(),
            Client.Password,
            hasFingerprint: true,
            static (ref StunMessageWriter writer) =>
            {
                AddUsername(ref writer, Client, Server);
                writer.AddPriority(1);
                writer.AddIceControlled(1);
            }
        );

    private static byte[] Nomination(IceAgent agent, Instant now, out Instant at)
    {
        at = Instant.Max(now, agent.PollTimeout());
        agent.HandleTimeout(at);
        var check = Poll(agent, at, out _)!;
        StunMessage.TryParse(check, out var message);
        Assert.True(message.HasUseCandidate);
        return check;
    }

    private static IceAgent CreateNominated(out Instant now)
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Answer(Poll(agent, Start, out _)!, Server), Start);
        var nomination = Nomination(agent, Start, out now);
        agent.HandleDatagram(AddressA, Answer(nomination, Server), now);
        return agent;
    }

    private static IceAgent CreateAgent()
    {
        var agent = new IceAgent(IceMode.Controlling, Client, Prng.FromNumber(1), Options);
        agent.SetRemote(Server, Start);
        agent.AddRemoteCandidate(AddressA, Start);
        return agent;
    }
}
