using Edge.Load.Rooms;
using Xunit;

namespace Edge.Load.Tests.Rooms;

public sealed class SocketDropsTests
{
    /// <summary>proc(5); ports are hexadecimal: 1B58 is 7000.</summary>
    [Fact]
    public void Parse_Sockets_TellsTheServersFromOthers()
    {
        string[] lines =
        [
            "  101: 0100630A:1B58 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6001 2 0000000000000000 12",
            "  102: 0100630A:1B58 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6002 2 0000000000000000 30",
            " 2017: 0100630A:9C40 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6003 2 0000000000000000 5",
            "  103: 00000000000000000000000000000000:1B58 00000000000000000000000000000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 6004 2 0000000000000000 1",
        ];

        Assert.Equal(new SocketDrops(43, 5), SocketDrops.Parse(lines, serverPort: 7000));
    }
}
