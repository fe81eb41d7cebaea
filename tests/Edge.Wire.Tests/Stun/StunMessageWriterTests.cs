using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Wire.Tests.Stun;

public sealed class StunMessageWriterTests
{
    private static readonly byte[] Password = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    [Fact]
    public void Complete_IPv4Response_Has64Bytes()
    {
        var buffer = new byte[100];

        Assert.Equal(64, WriteResponse(buffer, NetworkAddress.FromIPv4(0xC0000201, 32853)));
    }

    [Fact]
    public void Complete_EveryShorterDestination_IsZeroAndWritesNoFurther()
    {
        var address = NetworkAddress.FromIPv6(new byte[16], 5);
        var whole = WriteResponse(new byte[200], address);
        for (var length = 0; length < whole; length++)
        {
            var buffer = new byte[whole + 8];
            buffer.AsSpan().Fill(0xA5);

            Assert.Equal(0, WriteResponse(buffer.AsSpan(0, length), address));
            Assert.Equal(-1, buffer.AsSpan(length).IndexOfAnyExcept((byte)0xA5));
        }
    }

    [Fact]
    public void Complete_MoreThanBound_IsZero()
    {
        var writer = new StunMessageWriter(
            new byte[4000],
            StunClass.Request,
            StunMethod.Binding,
            default
        );
        writer.AddAttribute(StunAttributeType.Software, new byte[StunMessage.BytesMax]);
        writer.AddUseCandidate();

        Assert.Equal(0, writer.Complete());
    }

    /// <summary>Goal: what is written is read back, whatever is written. Method: random messages.</summary>
    [Fact]
    public void Complete_RandomRequests_AreReadBack() =>
        Seeds.Check(
            random =>
            {
                var local = random.NextToken(4 + random.NextInt32(60));
                var remote = random.NextToken(4 + random.NextInt32(60));
                var priority = random.NextUInt32();
                var tieBreaker = random.NextUInt64();
                var id = StunTransactionId.Create(random);
                var address = RandomAddress(random);
                var password = new byte[random.NextInt32(80)];
                random.Fill(password);
                var buffer = new byte[400];
                random.Fill(buffer);
                var writer = new StunMessageWriter(
                    buffer,
                    StunClass.Request,
                    StunMethod.Binding,
                    id
                );
                writer.AddUsername(ToBytes(local), ToBytes(remote));
                writer.AddPriority(priority);
                writer.AddIceControlling(tieBreaker);
                writer.AddXorMappedAddress(address);
                writer.AddErrorCode(StunErrorCode.RoleConflict);
                writer.AddUnknownAttributes([(StunAttributeType)7, (StunAttributeType)9]);
                writer.AddMessageIntegrity(password);
                writer.AddFingerprint();
                var bytes = buffer.AsSpan(0, writer.Complete());

                Assert.Equal(StunParseError.None, StunMessage.TryParse(bytes, out var message));
                Assert.Equal(id, message.TransactionId);
                Assert.True(message.TryReadUsername(out var readLocal, out var readRemote));
                Assert.True(readLocal.SequenceEqual(ToBytes(local)));
                Assert.True(readRemote.SequenceEqual(ToBytes(remote)));
                Assert.True(message.TryReadPriority(out var readPriority));
                Assert.Equal(priority, readPriority);
                Assert.True(message.TryReadIceControlling(out var readTieBreaker));
                Assert.Equal(tieBreaker, readTieBreaker);
                Assert.True(message.TryReadXorMappedAddress(out var readAddress));
                Assert.Equal(address, readAddress);
                Assert.True(message.TryReadErrorCode(out var code));
                Assert.Equal(StunErrorCode.RoleConflict, code);
                Assert.True(
                    message.TryFindAttribute(StunAttributeType.UnknownAttributes, out var unknown)
                );
                Assert.Equal([0, 7, 0, 9], unknown.ToArray());
                Assert.True(message.VerifyIntegrity(password));
                Assert.True(message.HasValidFingerprintOrNone);
                Assert.True(message.HasFingerprint);
            },
            rounds: 300
        );

    [Fact]
    public void WriteAndVerify_KeepaliveCheckAndAnswer_AllocateNothing()
    {
        var buffer = new byte[200];
        var address = NetworkAddress.FromIPv4(0xC0000201, 32853);
        AllocationAssert.None(() =>
        {
            var length = WriteResponse(buffer, address);
            var isRead =
                StunMessage.TryParse(buffer.AsSpan(0, length), out var message)
                == StunParseError.None;
            if (!isRead || !message.VerifyIntegrity(Password) || !message.HasValidFingerprintOrNone)
            {
                throw new InvalidOperationException("The message was not read back.");
            }
        });
    }

    [Fact]
    public void TryParse_AnyMessage_AllocatesNothing()
    {
        var request = Vectors.Load("rfc5769/messages.txt")["request"];
        AllocationAssert.None(
            request,
            static request =>
            {
                _ = StunMessage.TryParse(request, out _);
                _ = StunMessage.TryParse(request.AsSpan(1), out _);
            }
        );
    }

    private static int WriteResponse(Span<byte> destination, in NetworkAddress address)
    {
        var writer = new StunMessageWriter(
            destination,
            StunClass.SuccessResponse,
            StunMethod.Binding,
            default
        );
        writer.AddXorMappedAddress(in address);
        writer.AddMessageIntegrity(Password);
        writer.AddFingerprint();
        return writer.Complete();
    }

    private static NetworkAddress RandomAddress(Prng random)
    {
        var port = unchecked((ushort)random.NextUInt32());
        if (random.NextInt32(2) == 0)
        {
            return NetworkAddress.FromIPv4(random.NextUInt32(), port);
        }

        var bytes = new byte[16];
        random.Fill(bytes);
        return NetworkAddress.FromIPv6(bytes, port);
    }

    private static byte[] ToBytes(string text) => System.Text.Encoding.ASCII.GetBytes(text);
}
