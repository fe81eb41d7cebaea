using Edge.Primitives;
using Edge.Testing;
using Edge.Wire.Stun;
using Xunit;

namespace Edge.Wire.Tests.Stun;

public sealed class StunMessageTests
{
    private static readonly byte[] Password = "VOkJxbRl1RmTxUk/WvJxBt"u8.ToArray();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(19)]
    public void TryParse_ShorterThanHeader_Truncated(int length) =>
        Assert.Equal(StunParseError.Truncated, StunMessage.TryParse(new byte[length], out _));

    [Fact]
    public void TryParse_LongerThanBound_TooLong() =>
        Assert.Equal(
            StunParseError.TooLong,
            StunMessage.TryParse(new byte[StunMessage.BytesMax + 4], out _)
        );

    [Theory]
    [InlineData("4001000021 12a442000000000000000000000000", StunParseError.NotStun)]
    [InlineData("00010000 2112a443 000000000000000000000000", StunParseError.NoMagicCookie)]
    [InlineData("00010004 2112a442 000000000000000000000000", StunParseError.LengthMismatch)]
    [InlineData("00010002 2112a442 000000000000000000000000 0000", StunParseError.LengthMismatch)]
    [InlineData(
        "00010004 2112a442 000000000000000000000000 00240004",
        StunParseError.AttributeTruncated
    )]
    [InlineData(
        "00010008 2112a442 000000000000000000000000 0024ffff 00000000",
        StunParseError.AttributeTruncated
    )]
    [InlineData(
        "00010008 2112a442 000000000000000000000000 00080004 00000000",
        StunParseError.IntegrityLength
    )]
    [InlineData(
        "00010004 2112a442 000000000000000000000000 80280000",
        StunParseError.FingerprintLength
    )]
    [InlineData(
        "0001000c 2112a442 000000000000000000000000 80280004 00000000 00250000",
        StunParseError.FingerprintNotLast
    )]
    public void TryParse_BrokenMessage_NamesWhatIsWrong(string hex, StunParseError expected) =>
        Assert.Equal(expected, StunMessage.TryParse(Vectors.Hex(hex), out _));

    [Fact]
    public void TryParse_MoreAttributesThanBound_TooManyAttributes()
    {
        var buffer = new byte[StunMessage.BytesMax];
        var writer = CreateRequest(buffer);
        for (var count = 0; count <= StunMessage.AttributesMax; count++)
        {
            writer.AddUseCandidate();
        }

        var message = buffer.AsSpan(0, writer.Complete());
        Assert.Equal(StunParseError.TooManyAttributes, StunMessage.TryParse(message, out _));
    }

    [Theory]
    [InlineData(StunClass.Request, 0x001, 0x0001)]
    [InlineData(StunClass.Indication, 0x001, 0x0011)]
    [InlineData(StunClass.SuccessResponse, 0x001, 0x0101)]
    [InlineData(StunClass.ErrorResponse, 0x001, 0x0111)]
    [InlineData(StunClass.ErrorResponse, 0xFFF, 0x3FFF)]
    [InlineData(StunClass.Request, 0xFFF, 0x3EEF)]
    public void TryParse_TypeField_SplitsIntoClassAndMethod(
        StunClass messageClass,
        int method,
        int type
    )
    {
        var buffer = new byte[20];
        _ = new StunMessageWriter(buffer, messageClass, (StunMethod)method, default);

        Assert.Equal(type, (buffer[0] << 8) | buffer[1]);
        Assert.Equal(StunParseError.None, StunMessage.TryParse(buffer, out var message));
        Assert.Equal(messageClass, message.Class);
        Assert.Equal(method, (int)message.Method);
    }

    /// <summary>RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is not protected and must not count.</summary>
    [Fact]
    public void TryFindAttribute_AfterIntegrity_IsNotFound()
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddMessageIntegrity(Password);
        writer.AddUseCandidate();
        writer.AddFingerprint();
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        Assert.True(message.VerifyIntegrity(Password));
        Assert.True(message.HasValidFingerprintOrNone);
        Assert.False(message.HasUseCandidate);
    }

    [Fact]
    public void FindUnknownRequired_MoreThanFit_ListsTheFirst()
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddAttribute((StunAttributeType)0x7FFF, default);
        writer.AddAttribute((StunAttributeType)0x8000, default);
        writer.AddAttribute((StunAttributeType)0x0003, [1]);
        writer.AddAttribute((StunAttributeType)0x0004, default);
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        var unknown = new StunAttributeType[2];
        Assert.Equal(2, message.FindUnknownRequired(unknown));
        Assert.Equal([(StunAttributeType)0x7FFF, (StunAttributeType)0x0003], unknown);
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("abcd", false)]
    [InlineData(":abcd", false)]
    [InlineData("abcd:", true)]
    [InlineData("abcd:efgh", true)]
    [InlineData("abcd:efgh:ijkl", true)]
    public void TryReadUsername_Shape_DecidesOnFirstColon(string username, bool expected)
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddAttribute(
            StunAttributeType.Username,
            System.Text.Encoding.ASCII.GetBytes(username)
        );
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        Assert.Equal(expected, message.TryReadUsername(out var local, out _));
        Assert.Equal(expected, local.SequenceEqual("abcd"u8));
    }

    [Theory]
    [InlineData("0000 0457", true, 487)]
    [InlineData("0000 0414", true, 420)]
    [InlineData("0000 0663", true, 699)]
    [InlineData("0000 0263", false, 0)]
    [InlineData("0000 0700", false, 0)]
    [InlineData("0000 0464", false, 0)]
    [InlineData("0000", false, 0)]
    public void TryReadErrorCode_Value_IsCheckedForItsRange(string hex, bool expected, int code)
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddAttribute(StunAttributeType.ErrorCode, Vectors.Hex(hex));
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        Assert.Equal(expected, message.TryReadErrorCode(out var read));
        Assert.Equal(code, (int)read);
    }

    [Theory]
    [InlineData("0003 1234 01020304")]
    [InlineData("0001 1234 010203")]
    [InlineData("0002 1234 01020304")]
    [InlineData("")]
    public void TryReadXorMappedAddress_BadValue_IsRefused(string hex)
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddAttribute(StunAttributeType.XorMappedAddress, Vectors.Hex(hex));
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        Assert.False(message.TryReadXorMappedAddress(out var address));
        Assert.True(address.IsEmpty);
    }

    [Fact]
    public void VerifyIntegrity_NoIntegrity_IsFalse()
    {
        var buffer = new byte[200];
        var writer = CreateRequest(buffer);
        writer.AddFingerprint();
        StunMessage.TryParse(buffer.AsSpan(0, writer.Complete()), out var message);

        Assert.False(message.VerifyIntegrity(Password));
        Assert.False(message.VerifyIntegrity(default));
    }

    private static StunMessageWriter CreateRequest(Span<byte> buffer) =>
        new(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            StunTransactionId.Create(Prng.FromNumber(1))
        );
}
