using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;
using static Edge.Protocol.Tests.Ice.IceWire;

namespace Edge.Protocol.Tests.Ice;

/// <summary>Recorded checks, sent again from anywhere, in any order with what the client itself does.</summary>
public sealed class PathProofFuzz
{
    private static readonly Instant Start = Instant.FromMilliseconds(1000);
    private static readonly IceOptions Options = new();

    /// <summary>Goal: nothing moves what is sent but the client, and no address that proved nothing gets more than three
    /// times what came from there. Method: a client at some addresses that it may leave, an attacker at all of them, time
    /// that jumps; each change of the selected address has to follow from what only the client can do.</summary>
    [Fact]
    public void AnyReplays_RandomOrder_MoveNothingAndAreNotAmplified() =>
        Seeds.Check(
            random =>
            {
                var driver = new Driver(random);
                for (var step = 0; step < 200; step++)
                {
                    driver.Step();
                }
            },
            rounds: 300
        );

    private sealed class Driver
    {
        private const int AddressesMax = 24;

        private readonly Prng _random;
        private readonly IceAgent _agent;
        private readonly List<byte[]> _recorded = [];
        private readonly List<(NetworkAddress To, byte[] Request)> _asked = [];
        private readonly Dictionary<NetworkAddress, (long In, long Out)> _bytes = [];
        private readonly HashSet<NetworkAddress> _proved = [];
        private Instant _now = Start;
        private NetworkAddress _client = AddressOf(0);
        private NetworkAddress _selected = AddressOf(0);

        public Driver(Prng random)
        {
            _random = random;
            _agent = new IceAgent(IceMode.Lite, Server, random.Fork(), Options);
            _agent.SetRemote(Client, _now);
            Send(_client, isNominating: true);
            _agent.HandleKeysAgreed(_client, _now);
            _proved.Add(_client);
            Settle(mayMoveTo: default);
        }

        public void Step()
        {
            NetworkAddress mayMoveTo = default;
            switch (_random.NextInt32(8))
            {
                case 0:
                    _client = AddressOf(_random.NextInt32(AddressesMax));
                    break;
                case 1:
                    Send(_client, isNominating: _random.NextInt32(2) == 0);
                    break;
                case 2:
                    mayMoveTo = AnswerAsClient();
                    break;
                case 3:
                    _agent.HandleFresh(_client, _now);
                    mayMoveTo = _client;
                    break;
                case 4:
                    // Somebody else answers, or the client's answer comes from elsewhere.
                    AnswerAsAttacker();
                    break;
                case 5:
                    _now += TimeSpan.FromSeconds(_random.NextDouble() * 4);
                    _agent.HandleTimeout(_now);
                    break;
                default:
                    Replay();
                    break;
            }

            Settle(mayMoveTo);
        }

        private static NetworkAddress AddressOf(int index) =>
            AddressA.WithPort((ushort)(50_000 + index));

        private void Send(NetworkAddress from, bool isNominating)
        {
            var check = Check(isNominating);
            _recorded.Add(check);
            Deliver(from, check);
        }

        private void Replay() =>
            Deliver(
                AddressOf(_random.NextInt32(AddressesMax)),
                _recorded[_random.NextInt32(_recorded.Count)]
            );

        private NetworkAddress AnswerAsClient()
        {
            var here = _asked.FindAll(asked => asked.To == _client);
            if (here.Count == 0)
            {
                return default;
            }

            Deliver(_client, Answer(here[_random.NextInt32(here.Count)].Request, Client));
            return _client;
        }

        private void AnswerAsAttacker()
        {
            if (_asked.Count == 0)
            {
                return;
            }

            var (to, request) = _asked[_random.NextInt32(_asked.Count)];
            var elsewhere = AddressOf(_random.NextInt32(AddressesMax));
            if (elsewhere == to || _random.NextInt32(2) == 0)
            {
                Deliver(to, Answer(request, Server));
            }
            else
            {
                Deliver(elsewhere, Answer(request, Client));
            }
        }

        private void Deliver(NetworkAddress from, byte[] datagram)
        {
            var (received, sent) = _bytes.GetValueOrDefault(from);
            _bytes[from] = (received + datagram.Length, sent);
            _agent.HandleDatagram(from, datagram, _now);
        }

        /// <param name="mayMoveTo">The address that the client just showed to be at; empty when it did not.</param>
        private void Settle(NetworkAddress mayMoveTo)
        {
            if (_agent.Selected != _selected)
            {
                Assert.Equal(mayMoveTo, _agent.Selected);
                _selected = _agent.Selected;
                _proved.Add(_selected);
            }

            while (Poll(_agent, _now, out var to) is { } datagram)
            {
                StunMessage.TryParse(datagram, out var message);
                if (message.Class == StunClass.Request)
                {
                    _asked.Add((to, datagram));
                }

                var (received, sent) = _bytes.GetValueOrDefault(to);
                _bytes[to] = (received, sent + datagram.Length);
            }

            foreach (var (address, (received, sent)) in _bytes)
            {
                Assert.True(
                    _proved.Contains(address) || sent <= 3 * received,
                    $"{sent} bytes went to {address}, {received} came from there."
                );
            }

            while (_agent.PollEvent(out _)) { }
            Assert.Equal(0, _agent.Stats.OutboxOverflows);
            Assert.True(_agent.IsValidated(_agent.Selected));
            Assert.True(
                !_agent.PollTimeout().IsSet || _agent.PollTimeout() >= _now,
                "A deadline lies in the past."
            );
        }
    }
}
