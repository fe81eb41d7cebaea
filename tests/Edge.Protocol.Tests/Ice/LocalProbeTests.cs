using Edge.Primitives;
using Edge.Protocol.Ice;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Protocol.Tests.Ice;

/// <summary>Who is answered without a session, and that it serves nobody as a reflector.</summary>
public sealed class LocalProbeTests
{
    private static readonly StunTransactionId Transaction = StunTransactionId.Create(
        Prng.FromNumber(1)
    );

    [Theory]
    [InlineData("127.0.0.1:5000", "192.0.2.1:7000", true)]
    [InlineData("127.9.9.9:5000", "192.0.2.1:7000", true)]
    [InlineData("192.0.2.1:5000", "192.0.2.1:7000", true)]
    [InlineData("[::1]:5000", "[2001:db8::1]:7000", true)]
    [InlineData("[2001:db8::1]:5000", "[2001:db8::1]:7000", true)]
    [InlineData("192.0.2.2:5000", "192.0.2.1:7000", false)]
    [InlineData("10.0.0.1:5000", "10.0.0.2:7000", false)]
    [InlineData("[2001:db8::2]:5000", "[2001:db8::1]:7000", false)]
    [InlineData("[fe80::1]:5000", "[fe80::2]:7000", false)]
    [InlineData("126.0.0.1:5000", "127.0.0.1:7000", false)]
    public void IsOfThisMachine_EachSource_LoopbackOrTheAddressItself(
        string source,
        string local,
        bool isOfThisMachine
    ) => Assert.Equal(isOfThisMachine, LocalProbe.IsOfThisMachine(Address(source), Address(local)));

    [Theory]
    [InlineData("127.0.0.1:5000")]
    [InlineData("[2001:db8::1]:5000")]
    public void Answer_Probe_SaysWhoAskedAndIsNoLonger(string source)
    {
        var request = Request(softwareBytes: 28);
        var buffer = new byte[200];
        var length = LocalProbe.Answer(request, Address(source), buffer);
        Assert.InRange(length, StunMessage.HeaderBytes, request.Length);
        Assert.Equal(
            StunParseError.None,
            StunMessage.TryParse(buffer.AsSpan(0, length), out var answer)
        );
        Assert.Equal(StunClass.SuccessResponse, answer.Class);
        Assert.Equal(Transaction, answer.TransactionId);
        Assert.True(answer.TryReadXorMappedAddress(out var mapped));
        Assert.Equal(Address(source), mapped);
        // Two nodes that are led to send to each other fall silent after one answer.
        Assert.Equal(0, LocalProbe.Answer(buffer.AsSpan(0, length), Address(source), buffer));
    }

    [Fact]
    public void Answer_RequestShorterThanItsAnswer_None() =>
        Assert.Equal(
            0,
            LocalProbe.Answer(Request(softwareBytes: 0), Address("127.0.0.1:1"), new byte[200])
        );

    [Fact]
    public void Answer_RoomForLess_None() =>
        Assert.Equal(
            0,
            LocalProbe.Answer(Request(softwareBytes: 28), Address("127.0.0.1:1"), new byte[39])
        );

    [Theory]
    [InlineData(StunAttributeType.Username)]
    [InlineData(StunAttributeType.UseCandidate)]
    [InlineData((StunAttributeType)0x0026)]
    public void Answer_OtherThanAProbe_OnlyWhereEverythingIsUnderstood(StunAttributeType type)
    {
        var request = Request(softwareBytes: 28, type);
        var isAnswered = LocalProbe.Answer(request, Address("127.0.0.1:1"), new byte[200]) > 0;
        Assert.Equal(type == StunAttributeType.UseCandidate, isAnswered);
    }

    [Fact]
    public void Answer_ChangedBytes_NeverLongerAndNeverThrows() =>
        Seeds.Check(
            random =>
            {
                var request = Request(softwareBytes: 28);
                for (var changes = random.NextInt32(4); changes >= 0; changes--)
                {
                    request[random.NextInt32(request.Length)] = (byte)random.NextInt32(256);
                }

                var cut = request.AsSpan(0, random.NextInt32(request.Length + 1));
                var length = LocalProbe.Answer(cut, Address("127.0.0.1:1"), new byte[200]);
                Assert.InRange(length, 0, cut.Length);
            },
            rounds: 3000
        );

    [Fact]
    public void IsOfThisMachineAndAnswer_Probe_AllocateNothing()
    {
        var request = Request(softwareBytes: 28);
        var source = Address("[2001:db8::1]:5000");
        var buffer = new byte[200];
        AllocationAssert.None(() =>
        {
            if (
                !LocalProbe.IsOfThisMachine(source, source)
                || LocalProbe.Answer(request, source, buffer) == 0
            )
            {
                throw new InvalidOperationException("The probe was not answered.");
            }
        });
    }

    private static byte[] Request(int softwareBytes, StunAttributeType? more = null)
    {
        var buffer = new byte[200];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            Transaction
        );
        if (softwareBytes > 0)
        {
            writer.AddAttribute(StunAttributeType.Software, new byte[softwareBytes]);
        }

        if (more is { } type)
        {
            writer.AddAttribute(type, new byte[4]);
        }

        writer.AddFingerprint();
        return buffer[..writer.Complete()];
    }

    private static NetworkAddress Address(string text)
    {
        Assert.True(NetworkAddress.TryParse(text, out var address));
        return address;
    }
}
