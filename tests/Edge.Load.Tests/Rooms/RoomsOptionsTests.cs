using Edge.Load.Rooms;
using Edge.Primitives;
using Xunit;

namespace Edge.Load.Tests.Rooms;

public sealed class RoomsOptionsTests
{
    [Fact]
    public void TryParse_EveryOption_IsTaken()
    {
        string[] arguments =
        [
            .. "--api http://10.0.0.1:8080/v1/apps/a --edge 7 --control 8 --server-cores 3 --media-port 7001".Split(
                ' '
            ),
            .. "--people 40 --pulls 9 --joins 2.5 --tracks 16 --fps 15 --packets 2 --payload 500".Split(
                ' '
            ),
            .. "--speakers 3 --bad 5 --bad-loss 2.5 --bad-rate 300 --seconds 4 --warmup 1 --token t".Split(
                ' '
            ),
            .. "--bind 10.0.0.1 --json a.json".Split(' '),
        ];

        Assert.True(RoomsOptions.TryParse(arguments, out var options, out _));

        Assert.Equal(new Uri("http://10.0.0.1:8080/v1/apps/a"), options.Api);
        Assert.Equal(
            (7, 8, 3, 7001),
            (options.Edge, options.Control, options.ServerCores, options.MediaPort)
        );
        Assert.Equal(
            (40, 9, 2.5, 16),
            (options.People, options.Pulls, options.JoinsPerSecond, options.TracksPerCall)
        );
        Assert.Equal(
            (15, 2, 500, 3),
            (
                options.FramesPerSecond,
                options.PacketsPerFrame,
                options.PayloadBytes,
                options.Speakers
            )
        );
        Assert.Equal(
            (5, 2.5, Bitrate.FromKilobits(300)),
            (options.Bad, options.BadLossPercent, options.BadRate)
        );
        Assert.Equal(
            (TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(1)),
            (options.Window, options.Warmup)
        );
        Assert.Equal(("t", "a.json"), (options.Token, options.JsonFile));
        Assert.Equal(NetworkAddress.FromIPv4(0x0A00_0001, 0), options.Bind);
    }

    [Theory]
    [InlineData("", "Give --api, or --summary.")]
    [InlineData(
        "--api http://a/ --people 5 --pulls 5",
        "--pulls has to be less than --people: nobody watches herself."
    )]
    [InlineData(
        "--api http://a/ --people 5 --pulls 2 --bad 5",
        "--bad has to be less than --people, and --speakers no more."
    )]
    [InlineData("--people none", "--people none is not understood.")]
    [InlineData("--joins", "--joins needs a value.")]
    public void TryParse_Wrong_SaysWhatIsWrong(string line, string expected)
    {
        var arguments = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.False(RoomsOptions.TryParse(arguments, out _, out var problem));

        Assert.Equal(expected, problem);
    }
}
