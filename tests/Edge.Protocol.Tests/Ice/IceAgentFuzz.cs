using System.Buffers.Binary;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>Whatever arrives, in whatever order: an agent keeps its rules.</summary>
public sealed class IceAgentFuzz
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);

    private static readonly StunErrorCode[] Answers =
    [
        StunErrorCode.None,
        StunErrorCode.None,
        StunErrorCode.None,
        StunErrorCode.BadRequest,
        StunErrorCode.Forbidden,
        StunErrorCode.RoleConflict,
    ];

    /// <summary>Rules R1, R4, R5. Goal: what nobody signed changes nothing and is not answered. Method:
    /// real messages with bytes changed; what is accepted all the same must be signed as it stands.</summary>
    [Theory]
    [InlineData(IceMode.Lite)]
    [InlineData(IceMode.Controlling)]
    public void HandleDatagram_MutatedMessages_ChangeNothing(IceMode mode) =>
        Seeds.Check(
            random =>
            {
                var agent = CreateAgent(mode, random);
                agent.AddRemoteCandidate(AddressA, Start);
                var asked = Poll(agent, Start, out _);
                var original =
                    asked is null || random.NextInt32(2) == 0
                        ? Check(isNominating: true)
                        : Answer(asked, Client);
                var before = agent.ComputeStateHash();
                var datagram = Mutate(original, random);

                var result = agent.HandleDatagram(AddressA, datagram, Start);

                if (result is IceInput.Accepted or IceInput.Refused)
                {
                    Assert.True(IsSameSignedPart(original, datagram));
                    return;
                }

                Assert.Equal(before, agent.ComputeStateHash());
                Assert.Null(Poll(agent, Start, out _));
            },
            rounds: 2_000
        );

    /// <summary>Goal: no order of inputs breaks a rule. Method: random commands, checks, answers, junk
    /// and time jumps; in Debug the state table is asserted too.</summary>
    [Theory]
    [InlineData(IceMode.Lite)]
    [InlineData(IceMode.Controlling)]
    public void AnyInput_RandomOrder_KeepsTheInvariants(IceMode mode) =>
        Seeds.Check(
            random =>
            {
                var driver = new Driver(mode, random);
                for (var step = 0; step < 60; step++)
                {
                    driver.Step();
                }
            },
            rounds: 300
        );

    private static IceAgent CreateAgent(IceMode mode, Prng random)
    {
        var agent = new IceAgent(mode, Server, random.Fork(), new IceOptions());
        agent.SetRemote(Client, Start);
        return agent;
    }

    private static byte[] Mutate(byte[] original, Prng random)
    {
        var bytes = (byte[])original.Clone();
        for (var count = 1 + random.NextInt32(3); count > 0; count--)
        {
            var at = random.NextInt32(bytes.Length);
            bytes[at] ^= (byte)(1 + random.NextInt32(255));
        }

        if (random.NextInt32(4) == 0)
        {
            Array.Resize(ref bytes, Math.Max(20, random.NextInt32(bytes.Length) & ~3));
            BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)(bytes.Length - 20));
        }

        return bytes;
    }

    /// <summary>All up to the end of MESSAGE-INTEGRITY, which ends 8 bytes before the original's end;
    /// the length field is not signed as it stands.</summary>
    private static bool IsSameSignedPart(byte[] original, byte[] changed)
    {
        var end = original.Length - 8;
        return changed.Length >= end
            && original.AsSpan(0, 2).SequenceEqual(changed.AsSpan(0, 2))
            && original.AsSpan(4, end - 4).SequenceEqual(changed.AsSpan(4, end - 4));
    }

    /// <summary>One agent and everything that can happen to it.</summary>
    private sealed class Driver
    {
        private readonly IceAgent _agent;
        private readonly Prng _random;
        private readonly List<(byte[] Check, NetworkAddress To)> _asked = [];
        private IceCredentials _peer = Client;
        private Instant _now = Start;

        public Driver(IceMode mode, Prng random)
        {
            _random = random;
            _agent = new IceAgent(mode, Server, random.Fork(), new IceOptions());
        }

        public void Step()
        {
            var source = AddressA.WithPort((ushort)(50_000 + _random.NextInt32(20)));
            switch (_random.NextInt32(10))
            {
                case 0:
                    _agent.SetRemote(_peer, _now);
                    break;
                case 1:
                    _agent.AddRemoteCandidate(source, _now);
                    break;
                case 2:
                    Restart();
                    break;
                case 3:
                case 4:
                    SendCheck(source);
                    break;
                case 5:
                case 6:
                    SendAnswer();
                    break;
                case 7:
                    var junk = new byte[_random.NextInt32(80)];
                    _random.Fill(junk);
                    _agent.HandleDatagram(source, junk, _now);
                    break;
                case 8:
                    JumpTo(_now + TimeSpan.FromSeconds(_random.NextDouble() * 20));
                    break;
                default:
                    JumpTo(_agent.PollTimeout());
                    break;
            }

            Drain();
            CheckInvariants();
        }

        private void Restart()
        {
            _peer = IceCredentials.Create(_random);
            var isRemoteKnown = _random.NextInt32(2) == 0;
            _agent.RestartLocal(IceCredentials.Create(_random), isRemoteKnown ? _peer : null, _now);
        }

        private void SendCheck(NetworkAddress source)
        {
            var to = _random.NextInt32(3) == 0 ? _agent.PreviousLocal : _agent.Local;
            var check = Check(isNominating: _random.NextInt32(3) == 0, to: to, from: _peer);
            _agent.HandleDatagram(source, check, _now);
        }

        private void SendAnswer()
        {
            if (_asked.Count == 0)
            {
                return;
            }

            var (check, to) = _asked[_random.NextInt32(_asked.Count)];
            var by = _random.NextInt32(8) == 0 ? Server : _peer;
            var answer = Answer(check, by, Answers[_random.NextInt32(Answers.Length)]);
            _agent.HandleDatagram(to, answer, _now);
        }

        private void JumpTo(Instant instant)
        {
            if (instant.IsSet)
            {
                _now = Instant.Max(_now, instant);
                _agent.HandleTimeout(_now);
                Assert.True(_agent.PollTimeout() >= _now, "A deadline lies in the past.");
            }
        }

        private void Drain()
        {
            while (Poll(_agent, _now, out var to) is { } datagram)
            {
                StunMessage.TryParse(datagram, out var message);
                if (message.Class == StunClass.Request)
                {
                    _asked.Add((datagram, to));
                }
            }

            while (_agent.PollEvent(out _)) { }
        }

        private void CheckInvariants()
        {
            Assert.Equal(0, _agent.Stats.OutboxOverflows);
            Assert.Equal(0, _agent.Stats.EventOverflows);
            Assert.Equal(_agent.HasSelected, !_agent.Selected.IsEmpty);
            if (_agent.HasSelected)
            {
                Assert.True(_agent.IsValidated(_agent.Selected));
            }

            if (_agent.MaySend(_now))
            {
                Assert.True(_agent.HasSelected && _agent.LastConsentAt.IsSet);
                Assert.True(_now - _agent.LastConsentAt < new IceOptions().ConsentTimeout);
                Assert.False(_agent.State is IceState.Failed or IceState.ConsentLost);
            }

            if (_agent.State is IceState.Checking or IceState.Validated or IceState.Nominated)
            {
                Assert.True(_agent.PollTimeout().IsSet, "An agent that lives has a deadline.");
            }
        }
    }
}
