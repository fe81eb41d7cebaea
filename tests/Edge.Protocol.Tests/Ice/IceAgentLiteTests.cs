using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>The node's side, against checks of the clients in protocols.md §2 and §6.</summary>
public sealed class IceAgentLiteTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private static readonly TimeSpan Consent = new IceOptions().ConsentTimeout;

    [Fact]
    public void HandleDatagram_ValidCheck_IsAnsweredAndValidates()
    {
        var agent = CreateAgent();
        var check = Check();

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, check, Start));

        var answer = Poll(agent, Start, out var to);
        Assert.Equal(AddressA, to);
        Assert.Equal(StunParseError.None, StunMessage.TryParse(answer, out var message));
        Assert.Equal(StunClass.SuccessResponse, message.Class);
        Assert.True(message.TryReadXorMappedAddress(out var mapped));
        Assert.Equal(AddressA, mapped);
        Assert.True(message.VerifyIntegrity("serverPasswordServerPassword1234"u8));
        Assert.True(message.HasFingerprint && message.HasValidFingerprintOrNone);
        StunMessage.TryParse(check, out var request);
        Assert.Equal(request.TransactionId, message.TransactionId);
        Assert.Null(Poll(agent, Start, out _));
        Assert.True(agent.IsValidated(AddressA));
        Assert.False(agent.IsValidated(AddressB));
        Assert.Equal(IceState.Validated, agent.State);
        Assert.Equal("AddressValidated PairSelected", Events(agent));
    }

    /// <summary>Chrome checks first and nominates later, and again with every check.</summary>
    [Fact]
    public void HandleDatagram_LateNomination_SelectsFromValidatedToNominated()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(), Start);
        agent.HandleDatagram(AddressB, Check(), Start);
        Assert.Equal(AddressB, agent.Selected);
        Assert.True(agent.MaySend(Start));

        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);

        Assert.Equal(AddressA, agent.Selected);
        Assert.Equal(IceState.Nominated, agent.State);
        agent.HandleDatagram(AddressB, Check(), Start);
        Assert.Equal(AddressA, agent.Selected);
    }

    /// <summary>Firefox nominates in its first check; its later ones do not un-nominate.</summary>
    [Fact]
    public void HandleDatagram_EarlyNomination_IsKeptByPlainChecks()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleDatagram(AddressA, Check(), Start);

        Assert.Equal(IceState.Nominated, agent.State);
        Assert.Equal("AddressValidated PairSelected", Events(agent));
    }

    /// <summary>The connection of the chosen path was reset while another path consents: that one is used.</summary>
    [Fact]
    public void HandlePathClosed_SelectedAndAnotherConsents_TheOtherIsUsed()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleDatagram(AddressB, Check(), Start);
        Events(agent);

        agent.HandlePathClosed(AddressA, Start);

        Assert.Equal("AddressForgotten PairSelected", Events(agent));
        Assert.False(agent.IsValidated(AddressA));
        Assert.Equal(AddressB, agent.Selected);
        Assert.True(agent.MaySend(Start));
    }

    /// <summary>Without another path nothing is sent until the client has dialled again, and then it need not
    /// nominate anew; it may also come back by the address that was closed.</summary>
    [Fact]
    public void HandlePathClosed_OnlyPath_SilentUntilTheNextCheck()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        Events(agent);

        agent.HandlePathClosed(AddressA, Start);
        agent.HandlePathClosed(AddressA, Start);

        Assert.Equal("AddressForgotten", Events(agent));
        Assert.False(agent.MaySend(Start));
        Assert.Equal(IceState.Nominated, agent.State);

        agent.HandleDatagram(AddressB, Check(), Start);
        Assert.Equal(AddressB, agent.Selected);
        Assert.True(agent.MaySend(Start));
        agent.HandlePathClosed(AddressB, Start);
        agent.HandleDatagram(AddressA, Check(), Start);
        Assert.Equal(AddressA, agent.Selected);
        Assert.True(agent.MaySend(Start));
    }

    /// <summary>A path that nobody comes back to is lost when its consent would have run out.</summary>
    [Fact]
    public void HandlePathClosed_NobodyComesBack_ConsentIsLostInItsTime()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandlePathClosed(AddressA, Start);
        Events(agent);
        Assert.Equal(Start + Consent, agent.PollTimeout());

        agent.HandleTimeout(Start + Consent);

        Assert.Equal("ConsentLost", Events(agent));
        Assert.Equal(IceState.ConsentLost, agent.State);
    }

    [Fact]
    public void HandlePathClosed_NeverValidated_ChangesNothing()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        var before = agent.ComputeStateHash();
        agent.HandlePathClosed(AddressB, Start);
        Assert.Equal(before, agent.ComputeStateHash());
    }

    [Fact]
    public void HandleDatagram_SecondNomination_MovesTheSelection()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleDatagram(AddressB, Check(isNominating: true), Start);

        Assert.Equal(AddressB, agent.Selected);
        Assert.True(agent.IsValidated(AddressA));
    }

    [Fact]
    public void HandleDatagram_FfmpegCheck_IsAcceptedWithoutPriorityAndRole()
    {
        var agent = CreateAgent();

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, FfmpegCheck(), Start));
        Assert.Equal(IceState.Nominated, agent.State);
        Assert.NotNull(Poll(agent, Start, out _));
    }

    /// <summary>Rules R1, R4, R7: what is not authenticated changes nothing and is not answered.</summary>
    [Theory]
    [InlineData(IceInput.Malformed)]
    [InlineData(IceInput.NotACheck)]
    [InlineData(IceInput.BadFingerprint)]
    [InlineData(IceInput.UnknownUsername)]
    [InlineData(IceInput.BadIntegrity)]
    [InlineData(IceInput.UnknownTransaction)]
    public void HandleDatagram_NotAuthenticated_ChangesNothing(IceInput expected)
    {
        foreach (var datagram in Unauthenticated[expected])
        {
            var agent = CreateAgent();
            var before = agent.ComputeStateHash();

            Assert.Equal(expected, agent.HandleDatagram(AddressA, datagram, Start));
            Assert.Equal(before, agent.ComputeStateHash());
            Assert.Null(Poll(agent, Start, out _));
            Assert.Equal("", Events(agent));
        }
    }

    [Fact]
    public void HandleDatagram_NoFingerprint_IsAccepted()
    {
        var agent = CreateAgent();
        var check = Check(hasFingerprint: false);

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, check, Start));
    }

    [Fact]
    public void HandleDatagram_PeerClaimsToBeControlled_IsToldToSwitch()
    {
        var agent = CreateAgent();
        var check = RequestWith((ref StunMessageWriter w) => w.AddIceControlled(ulong.MaxValue));

        Assert.Equal(IceInput.Refused, agent.HandleDatagram(AddressA, check, Start));

        var answer = Poll(agent, Start, out _);
        StunMessage.TryParse(answer, out var message);
        Assert.Equal(StunClass.ErrorResponse, message.Class);
        Assert.True(message.TryReadErrorCode(out var code));
        Assert.Equal(StunErrorCode.RoleConflict, code);
        Assert.True(message.VerifyIntegrity("serverPasswordServerPassword1234"u8));
        Assert.True(answer!.Length <= check.Length);
        Assert.False(agent.IsValidated(AddressA));
    }

    [Fact]
    public void HandleDatagram_UnknownRequiredAttributes_AreListedInShorterAnswer()
    {
        var agent = CreateAgent();
        var check = RequestWith(
            (ref StunMessageWriter w) =>
            {
                for (ushort type = 0x7F00; type < 0x7F08; type++)
                {
                    w.AddAttribute((StunAttributeType)type, default);
                }
            }
        );

        Assert.Equal(IceInput.Refused, agent.HandleDatagram(AddressA, check, Start));

        var answer = Poll(agent, Start, out _);
        StunMessage.TryParse(answer, out var message);
        Assert.True(message.TryReadErrorCode(out var code));
        Assert.Equal(StunErrorCode.UnknownAttribute, code);
        Assert.True(message.TryFindAttribute(StunAttributeType.UnknownAttributes, out var types));
        Assert.Equal([0x7F, 0, 0x7F, 1, 0x7F, 2, 0x7F, 3], types.ToArray());
        Assert.True(answer!.Length <= check.Length);
        Assert.False(agent.IsValidated(AddressA));
    }

    /// <summary>Rule R7, where the shortest legal request meets the longest answer.</summary>
    [Fact]
    public void PollTransmit_AnswerLongerThanRequest_IsNotSent()
    {
        var local = new IceCredentials("abcd", Server.Password);
        var agent = CreateAgent(local);
        Assert.True(NetworkAddress.TryParse("[2001:db8::1]:5000", out var source));
        var check = Write(
            StunClass.Request,
            NextId(),
            local.Password,
            hasFingerprint: false,
            (ref StunMessageWriter writer) => AddUsername(ref writer, local, Client)
        );

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(source, check, Start));
        Assert.Null(Poll(agent, Start, out _));
        Assert.Equal(1, agent.Stats.OversizedAnswers);
    }

    /// <summary>Rule R9: media does not extend consent; only checks do.</summary>
    [Fact]
    public void MaySend_NoCheckForThirtySeconds_EndsAndComesBackWithACheck()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        Events(agent);
        var end = Start + Consent;
        Assert.Equal(end, agent.PollTimeout());
        Assert.True(agent.MaySend(end - TimeSpan.FromTicks(1)));
        Assert.False(agent.MaySend(end));

        agent.HandleTimeout(end);

        Assert.Equal(IceState.ConsentLost, agent.State);
        Assert.Equal("ConsentLost", Events(agent));
        Assert.Equal(Instant.Never, agent.PollTimeout());
        Assert.True(agent.IsValidated(AddressA));

        agent.HandleDatagram(AddressA, Check(), end);

        Assert.Equal(IceState.Nominated, agent.State);
        Assert.True(agent.MaySend(end));
        Assert.Equal("ConsentRestored", Events(agent));
        Assert.Equal(end, agent.LastConsentAt);
    }

    [Fact]
    public void HandleTimeout_SelectedSilentOtherAlive_FallsBackToTheOther()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        agent.HandleDatagram(AddressB, Check(), Start + (Consent / 2));
        Events(agent);

        agent.HandleTimeout(Start + Consent);

        Assert.Equal(AddressB, agent.Selected);
        Assert.Equal("PairSelected", Events(agent));
        Assert.Equal(IceState.Nominated, agent.State);
        Assert.True(agent.MaySend(Start + Consent));
    }

    /// <summary>A NAT rebinding with a client that does not nominate anew: the other address takes over once
    /// the selected one missed its checks, long before consent expires.</summary>
    [Fact]
    public void HandleDatagram_SelectedSilentPastTheLongestInterval_OtherTakesOver()
    {
        var silence = new IceOptions().SilenceMax;
        var agent = new IceAgent(IceMode.Lite, Server, Prng.FromNumber(1), new IceOptions());
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);

        agent.HandleDatagram(AddressB, Check(), Start + silence);
        Assert.Equal(AddressA, agent.Selected);
        agent.HandleDatagram(AddressB, Check(), Start + silence + TimeSpan.FromSeconds(1));

        Assert.Equal(AddressB, agent.Selected);
    }

    [Fact]
    public void HandleDatagram_MoreAddressesThanBound_ForgetsTheOldestButTheSelected()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        for (var index = 0; index < 16; index++)
        {
            var now = Start + TimeSpan.FromSeconds(index + 1);
            agent.HandleDatagram(AddressB.WithPort((ushort)(1000 + index)), Check(), now);
        }

        Assert.True(agent.IsValidated(AddressA));
        Assert.False(agent.IsValidated(AddressB.WithPort(1000)));
        Assert.True(agent.IsValidated(AddressB.WithPort(1015)));
        Assert.Contains("AddressForgotten", Events(agent), StringComparison.Ordinal);
    }

    [Fact]
    public void HandleDatagram_MoreChecksThanOutbox_AreCountedAndDropped()
    {
        var agent = CreateAgent();
        for (var count = 0; count < 20; count++)
        {
            agent.HandleDatagram(AddressA, Check(), Start);
        }

        var answers = 0;
        while (Poll(agent, Start, out _) is not null)
        {
            answers++;
        }

        Assert.Equal(16, answers);
        Assert.Equal(4, agent.Stats.OutboxOverflows);
    }

    /// <summary>RFC 8445 §9: the old credentials work until the new ones are nominated.</summary>
    [Fact]
    public void RestartLocal_NewCredentialsNominated_RetiresTheOld()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        var renewed = new IceCredentials("renewedFragment", "renewedPasswordRenewedPassword");
        agent.RestartLocal(renewed, new IceCredentials("cLiF", Client.Password), Start);
        Events(agent);
        Assert.Equal(renewed, agent.Local);
        Assert.Equal(Server, agent.PreviousLocal);
        Assert.Equal(IceState.Nominated, agent.State);

        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, Check(), Start));
        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressB, Check(to: renewed), Start));
        Assert.Equal(AddressA, agent.Selected);
        var mixed = Check(to: new IceCredentials(renewed.UsernameFragment, Server.Password));
        Assert.Equal(IceInput.BadIntegrity, agent.HandleDatagram(AddressB, mixed, Start));

        agent.HandleDatagram(AddressB, Check(isNominating: true, to: renewed), Start);

        Assert.Equal(AddressB, agent.Selected);
        Assert.Null(agent.PreviousLocal);
        Assert.Equal("AddressValidated PairSelected Restarted", Events(agent));
        Assert.Equal(IceInput.UnknownUsername, agent.HandleDatagram(AddressA, Check(), Start));
        Assert.Equal(AddressB, agent.Selected);
    }

    [Fact]
    public void RestartLocal_Twice_KeepsTheCredentialsInUse()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        var second = new IceCredentials("secondFragment", "secondPasswordSecondPassword");
        var third = new IceCredentials("thirdFragment", "thirdPasswordThirdPassword");
        agent.RestartLocal(second, newRemote: null, Start);
        agent.RestartLocal(third, newRemote: null, Start);

        Assert.Equal(Server, agent.PreviousLocal);
        Assert.Equal(third, agent.Local);
        Assert.Equal(IceInput.Accepted, agent.HandleDatagram(AddressA, Check(), Start));
        Assert.Equal(
            IceInput.UnknownUsername,
            agent.HandleDatagram(AddressA, Check(to: second), Start)
        );
    }

    [Fact]
    public void RestartLocal_AfterConsentWasLost_WaitsAndComesBack()
    {
        var agent = CreateAgent();
        agent.HandleDatagram(AddressA, Check(isNominating: true), Start);
        var end = Start + Consent;
        agent.HandleTimeout(end);
        var renewed = new IceCredentials("renewedFragment", "renewedPasswordRenewedPassword");
        agent.RestartLocal(renewed, Client, end);
        Assert.Equal(IceState.Waiting, agent.State);
        Events(agent);

        agent.HandleDatagram(AddressB, Check(to: renewed), end);

        Assert.Equal(IceState.Validated, agent.State);
        Assert.Equal(AddressB, agent.Selected);
        Assert.Equal("AddressValidated PairSelected ConsentRestored", Events(agent));
        agent.HandleDatagram(AddressB, Check(isNominating: true, to: renewed), end);
        Assert.Equal("Restarted", Events(agent));
    }

    [Fact]
    public void HandleTimeout_NoCheckInTime_FailsAndAnswersNoMore()
    {
        var agent = CreateAgent();
        var end = Start + new IceOptions().EstablishTimeout;
        Assert.Equal(end, agent.PollTimeout());

        agent.HandleTimeout(end);

        Assert.Equal(IceState.Failed, agent.State);
        Assert.Equal("Failed", Events(agent));
        Assert.Equal(IceInput.AgentFailed, agent.HandleDatagram(AddressA, Check(), end));
        Assert.Null(Poll(agent, end, out _));
    }

    [Fact]
    public void TryReadLocalUfrag_CheckAndOthers_ReadsOnlyRequests()
    {
        Assert.True(IceAgent.TryReadLocalUfrag(Check(), out var fragment));
        Assert.Equal(Server.UsernameFragment, System.Text.Encoding.ASCII.GetString(fragment));
        Assert.False(IceAgent.TryReadLocalUfrag(Answer(Check(), Server), out _));
        Assert.False(IceAgent.TryReadLocalUfrag(new byte[40], out _));
    }

    [Fact]
    public void ToString_Credentials_WithholdThePassword() =>
        Assert.DoesNotContain(Server.Password, $"{Server}", StringComparison.Ordinal);

    private static IceAgent CreateAgent(IceCredentials? local = null)
    {
        var agent = new IceAgent(
            IceMode.Lite,
            local ?? Server,
            Prng.FromNumber(1),
            new IceOptions { SilenceMax = TimeSpan.FromSeconds(30) }
        );
        agent.SetRemote(Client, Start);
        return agent;
    }

    private static byte[] RequestWith(AddAttributes add) =>
        Write(
            StunClass.Request,
            NextId(),
            Server.Password,
            hasFingerprint: true,
            (ref StunMessageWriter writer) =>
            {
                AddUsername(ref writer, Server, Client);
                add(ref writer);
            }
        );

    private static readonly Dictionary<IceInput, byte[][]> Unauthenticated = new()
    {
        [IceInput.Malformed] =
        [
            [],
            [0, 1, 0, 0],
            Check()[..^4],
        ],
        [IceInput.NotACheck] =
        [
            Incomplete(StunClass.Indication, Server.Password, hasUsername: true),
        ],
        [IceInput.BadFingerprint] =
        [
            [.. Check()[..^1], 0x55],
        ],
        [IceInput.UnknownUsername] =
        [
            Check(to: new IceCredentials("other", Server.Password)),
            Incomplete(StunClass.Request, Server.Password, hasUsername: false),
        ],
        [IceInput.BadIntegrity] =
        [
            Check(to: new IceCredentials(Server.UsernameFragment, "wrong")),
            Incomplete(StunClass.Request, password: "", hasUsername: true),
        ],
        [IceInput.UnknownTransaction] =
        [
            Answer(Check(), Server),
            Answer(Check(), Server, StunErrorCode.RoleConflict),
        ],
    };

    private static byte[] WithLastBitTurned(byte[] datagram)
    {
        datagram[^1] ^= 1;
        return datagram;
    }

    private static byte[] Incomplete(StunClass messageClass, string password, bool hasUsername) =>
        Write(
            messageClass,
            NextId(),
            password,
            hasFingerprint: true,
            (ref StunMessageWriter writer) =>
            {
                if (hasUsername)
                {
                    AddUsername(ref writer, Server, Client);
                }
            }
        );
}
