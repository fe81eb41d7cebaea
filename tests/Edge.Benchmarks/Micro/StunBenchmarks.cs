using System.Text;
using BenchmarkDotNet.Attributes;
using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Wire.Stun;

namespace Edge.Benchmarks.Micro;

/// <summary>What a client's check costs, which asks for consent every five seconds (RFC 7675 §5.1).</summary>
[Config(typeof(BenchmarkSettings))]
public class StunBenchmarks
{
    private static readonly NetworkAddress Address = NetworkAddress.FromIPv4(0xC0000201, 50001);
    private static readonly Instant Now = Instant.FromMilliseconds(1000);

    private readonly Prng _random = Prng.FromNumber(1);
    private readonly byte[] _check = new byte[200];
    private readonly byte[] _answer = new byte[200];
    private byte[] _password = [];
    private IceAgent? _agent;
    private int _checkBytes;

    /// <summary>Makes an agent, and the check of its client.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        var local = IceCredentials.Create(_random);
        var remote = IceCredentials.Create(_random);
        _agent = new(IceMode.Lite, local, _random.Fork(), new IceOptions());
        _agent.SetRemote(remote, Now);
        _password = Encoding.ASCII.GetBytes(local.Password);
        var writer = new StunMessageWriter(
            _check,
            StunClass.Request,
            StunMethod.Binding,
            StunTransactionId.Create(_random)
        );
        writer.AddUsername(
            Encoding.ASCII.GetBytes(local.UsernameFragment),
            Encoding.ASCII.GetBytes(remote.UsernameFragment)
        );
        writer.AddPriority(0x6E0001FF);
        writer.AddIceControlling(1);
        writer.AddUseCandidate();
        writer.AddMessageIntegrity(_password);
        writer.AddFingerprint();
        _checkBytes = writer.Complete();
    }

    /// <summary>What junk costs too.</summary>
    [Benchmark]
    public bool Parse() =>
        StunMessage.TryParse(_check.AsSpan(0, _checkBytes), out _) == StunParseError.None;

    /// <summary>HMAC-SHA1 and CRC-32 of the check.</summary>
    [Benchmark]
    public bool ParseAndVerify() =>
        StunMessage.TryParse(_check.AsSpan(0, _checkBytes), out var message) == StunParseError.None
        && message.VerifyIntegrity(_password)
        && message.HasValidFingerprintOrNone;

    /// <summary>The whole check, from its bytes to those of the answer.</summary>
    [Benchmark]
    public int HandleCheckAndAnswer()
    {
        _agent!.HandleDatagram(Address, _check.AsSpan(0, _checkBytes), Now);
        var length = _agent.PollTransmit(_answer, Now, out _);
        while (_agent.PollEvent(out _)) { }
        return length > 0
            ? length
            : throw new InvalidOperationException("The check was not answered.");
    }
}
