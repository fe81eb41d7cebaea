using System.Text;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>Every state with every input, reviewed as one table.</summary>
public sealed class IceStateTableTests
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private static readonly IceCredentials Renewed = new(
        "renewed",
        "renewedPasswordRenewedPassword"
    );

    private delegate void Input(Subject subject);

    private static readonly (string Name, Input Apply)[] Inputs =
    [
        ("SetRemote", static s => s.Agent.SetRemote(Server, s.Now)),
        ("Candidate", static s => s.Agent.AddRemoteCandidate(AddressB, s.Now)),
        ("Check", static s => s.Check(isNominating: false)),
        ("Check nominating", static s => s.Check(isNominating: true)),
        ("Answer", static s => s.AnswerLast(StunErrorCode.None)),
        ("Answer 400", static s => s.AnswerLast(StunErrorCode.BadRequest)),
        ("Answer 403", static s => s.AnswerLast(StunErrorCode.Forbidden)),
        ("Junk", static s => s.Agent.HandleDatagram(AddressA, new byte[28], s.Now)),
        ("Silence for 31 s", static s => s.Wait(TimeSpan.FromSeconds(31))),
        ("Restart", static s => s.Agent.RestartLocal(Renewed, null, s.Now)),
        ("Restart both", static s => s.Agent.RestartLocal(Renewed, Renewed, s.Now)),
    ];

    [Theory]
    [InlineData(IceMode.Lite)]
    [InlineData(IceMode.Controlling)]
    public void EveryState_EveryInput_MatchesTheTable(IceMode mode)
    {
        var text = new StringBuilder();
        foreach (var state in Enum.GetValues<IceState>())
        {
            foreach (var (name, apply) in Inputs)
            {
                if (Reach(mode, state) is not { } subject)
                {
                    continue;
                }

                Assert.Equal(state, subject.Agent.State);
                apply(subject);
                var events = Events(subject.Agent);
                text.Append(
                    $"{state, -12}{name, -18}-> {subject.Agent.State, -12}{events}".TrimEnd()
                );
                text.Append('\n');
            }
        }

        var table = text.ToString();
        if (mode == IceMode.Lite)
        {
            Golden.Match("ice/states-lite.txt", table);
        }
        else
        {
            Golden.Match("ice/states-controlling.txt", table);
        }
    }

    /// <summary>An agent brought into a state the usual way; null when its mode does not have it.</summary>
    private static Subject? Reach(IceMode mode, IceState state)
    {
        var subject = new Subject(mode);
        if (state == IceState.Waiting)
        {
            return subject;
        }

        subject.Agent.SetRemote(Server, subject.Now);
        subject.Agent.AddRemoteCandidate(AddressA, subject.Now);
        if (state == IceState.Checking)
        {
            return mode == IceMode.Lite ? null : subject;
        }

        if (state == IceState.Failed)
        {
            subject.Wait(TimeSpan.FromSeconds(31));
        }
        else
        {
            subject.Connect(isNominating: state != IceState.Validated);
        }

        if (state == IceState.ConsentLost)
        {
            subject.Wait(TimeSpan.FromSeconds(31));
        }

        Events(subject.Agent);
        return subject;
    }

    private sealed class Subject(IceMode mode)
    {
        private byte[]? _lastCheck;

        public IceAgent Agent { get; } = new(mode, Client, Prng.FromNumber(1), new IceOptions());

        public Instant Now { get; private set; } = Start;

        public void Check(bool isNominating) =>
            Agent.HandleDatagram(
                AddressA,
                Write(
                    StunClass.Request,
                    NextId(),
                    Client.Password,
                    hasFingerprint: true,
                    (ref StunMessageWriter writer) =>
                    {
                        AddUsername(ref writer, Client, Server);
                        if (isNominating)
                        {
                            writer.AddUseCandidate();
                        }
                    }
                ),
                Now
            );

        public void AnswerLast(StunErrorCode error)
        {
            Drain();
            var check = _lastCheck ?? IceWire.Check();
            Agent.HandleDatagram(AddressA, Answer(check, Server, error), Now);
        }

        public void Connect(bool isNominating)
        {
            if (mode == IceMode.Lite)
            {
                Check(isNominating);
                return;
            }

            AnswerLast(StunErrorCode.None);
            if (isNominating)
            {
                Wait(TimeSpan.FromMilliseconds(60));
                AnswerLast(StunErrorCode.None);
                // Up to the first consent check, so that there is one to be answered.
                Wait(TimeSpan.FromSeconds(5));
            }
        }

        public void Wait(TimeSpan duration)
        {
            var end = Now + duration;
            while (Agent.PollTimeout() <= end)
            {
                Now = Instant.Max(Now, Agent.PollTimeout());
                Agent.HandleTimeout(Now);
                Drain();
            }

            Now = end;
        }

        private void Drain()
        {
            while (Poll(Agent, Now, out _) is { } datagram)
            {
                StunMessage.TryParse(datagram, out var message);
                _lastCheck = message.Class == StunClass.Request ? datagram : _lastCheck;
            }
        }
    }
}
