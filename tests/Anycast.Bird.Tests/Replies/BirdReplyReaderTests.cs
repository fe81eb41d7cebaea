using System.Text;
using Anycast.Bird.Replies;
using Edge.Testing;
using Xunit;

namespace Anycast.Bird.Tests.Replies;

/// <summary>Answers as BIRD 2.0.12 gives them, whole and in pieces, and what is none.</summary>
public sealed class BirdReplyReaderTests
{
    private const string Protocols =
        "2002-Name       Proto      Table      State  Since         Info\n"
        + "1002-device1    Device     ---        up     07:10:54.231  \n"
        + " anycast4   Static     master4    down   07:10:54.231  \n"
        + " anycast6   Static     master6    up     07:10:54.231  \n"
        + "1006-  Channel ipv4\n     State:          UP\n"
        + "0000 \n";

    [Fact]
    public void Take_List_EveryLineHasItsCode()
    {
        var reader = Read(Protocols);
        Assert.True(reader.IsComplete);
        Assert.Equal(
            [2002, 1002, 1002, 1002, 1006, 1006, 0],
            reader.Lines.Select(line => line.Code)
        );
        Assert.Equal(BirdProtocolState.Up, BirdProtocols.Find(reader.Lines, "device1"));
        Assert.Equal(BirdProtocolState.Down, BirdProtocols.Find(reader.Lines, "anycast4"));
        Assert.Equal(BirdProtocolState.Up, BirdProtocols.Find(reader.Lines, "anycast6"));
        Assert.Null(BirdProtocols.Find(reader.Lines, "anycast"));
    }

    [Fact]
    public void Take_AnyPieces_TheSameLines()
    {
        var bytes = Encoding.ASCII.GetBytes(Protocols);
        var whole = Read(Protocols).Lines;
        Seeds.Check(
            random =>
            {
                var reader = new BirdReplyReader();
                for (var at = 0; at < bytes.Length; )
                {
                    var count = Math.Min(1 + random.NextInt32(40), bytes.Length - at);
                    Assert.Equal(count, reader.Take(bytes.AsSpan(at, count)));
                    at += count;
                }

                Assert.Equal(whole, reader.Lines);
            },
            rounds: 100
        );
    }

    [Fact]
    public void Take_TwoAnswers_StopsAfterTheFirst()
    {
        var bytes = "0011-anycast4: enabled\n0000 \n0010-x\n"u8;
        var reader = new BirdReplyReader();
        Assert.Equal(bytes.Length - "0010-x\n".Length, reader.Take(bytes));
        Assert.Equal(2, reader.Lines.Count);
        Assert.Equal(0, reader.Take(bytes));
    }

    [Fact]
    public void Take_LineBetweenAnswers_PassedOver()
    {
        var reader = Read("+bgp1: state changed\n0000 \n");
        Assert.Equal(new BirdLine(0, IsLast: true, ""), Assert.Single(reader.Lines));
    }

    [Theory]
    [InlineData(" continued from nothing\n")]
    [InlineData("\n")]
    [InlineData("000\n")]
    [InlineData("0000\n")]
    [InlineData("0000x\n")]
    [InlineData("00a0 \n")]
    [InlineData("-001 \n")]
    [InlineData("HTTP/1.1 400 Bad Request\n")]
    public void Take_LineWithoutCode_Error(string text)
    {
        var reader = Read(text);
        Assert.Equal(BirdReplyError.NoCode, reader.Error);
        Assert.False(reader.IsComplete);
    }

    [Fact]
    public void Take_EndlessLine_Error()
    {
        var reader = Read(new string('1', BirdReplyReader.LineBytesMax + 1));
        Assert.Equal(BirdReplyError.LineTooLong, reader.Error);
        Assert.Equal(0, reader.Take("0000 \n"u8));
    }

    [Fact]
    public void Take_EndlessAnswer_Error()
    {
        var reader = new BirdReplyReader();
        for (var line = 0; line <= BirdReplyReader.LinesMax; line++)
        {
            reader.Take("1002-x\n"u8);
        }

        Assert.Equal(BirdReplyError.TooManyLines, reader.Error);
    }

    [Fact]
    public void Take_Junk_BoundedAndNothingThrows() =>
        Seeds.Check(
            random =>
            {
                // Mostly the letters of the protocol, so that lines come about.
                var letters = "0012 -+\n\n x\0"u8.ToArray();
                var bytes = new byte[random.NextInt32(2000)];
                random.Fill(bytes);
                for (var at = 0; at < bytes.Length; at++)
                {
                    bytes[at] = bytes[at] < 240 ? letters[bytes[at] % letters.Length] : bytes[at];
                }

                var reader = new BirdReplyReader();
                var taken = reader.Take(bytes);
                Assert.True(
                    taken == bytes.Length
                        || reader.IsComplete
                        || reader.Error != BirdReplyError.None
                );
                _ = BirdProtocols.Find(reader.Lines, "x");
            },
            rounds: 3000
        );

    private static BirdReplyReader Read(string text)
    {
        var reader = new BirdReplyReader();
        reader.Take(Encoding.ASCII.GetBytes(text));
        return reader;
    }
}
