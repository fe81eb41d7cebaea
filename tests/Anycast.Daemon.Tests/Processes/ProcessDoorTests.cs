using System.Net.Sockets;
using Anycast.Daemon.Processes;
using Edge.Hosting.Links;
using Edge.Processes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Anycast.Daemon.Tests.Processes;

/// <summary>How a process comes to be watched; here it is always the test's own.</summary>
public sealed class ProcessDoorTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("edge-door-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "anycast.sock");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Connect_AndGiveNothing_IsWatchedUntilTheDoorCloses()
    {
        using var link = Create();
        await using (var door = Open()!)
        {
            Come(link);
            await UntilWatchedAsync(door, 1);
            Assert.False(link.Poll(0, SelectMode.SelectRead));
        }

        Assert.True(link.Poll(-1, SelectMode.SelectRead));
        Assert.Equal(0, link.Receive(new byte[1]));
    }

    /// <summary>Closing the link is no death, and a link that is made anew is no second process.</summary>
    [Fact]
    public async Task Connect_CloseAndConnectAgain_OneProcessIsWatched()
    {
        await using var door = Open()!;
        using (var link = Create())
        {
            Come(link);
            await UntilWatchedAsync(door, 1);
        }

        using var second = Create();
        using var third = Create();
        Come(second);
        Come(third);
        // The third one's coming ends the second: both were taken then.
        Assert.True(second.Poll(-1, SelectMode.SelectRead));
        Assert.Equal(1, door.Count);
    }

    [Fact]
    public async Task TryOpen_FileOfOneThatDied_TakesItsPlaceForUserAndGroup()
    {
        await File.WriteAllTextAsync(Path, "");
        await using var door = Open();
        Assert.NotNull(door);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupWrite,
                File.GetUnixFileMode(Path)
            );
        }
    }

    [Fact]
    public void TryOpen_NoFolder_IsNone() =>
        Assert.Null(ProcessDoor.TryOpen($"{Path}/missing/a.sock", _ => { }, NullLogger.Instance));

    private static Task UntilWatchedAsync(ProcessDoor door, int count) =>
        Patience.UntilAsync(
            "the process is watched",
            () => Task.FromResult(door.Count),
            isEnough: each => each == count
        );

    private void Come(Socket link)
    {
        link.Connect(new UnixDomainSocketEndPoint(Path));
        link.Send([AnycastSign.All]);
    }

    private static Socket Create() =>
        new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

    private ProcessDoor? Open() => ProcessDoor.TryOpen(Path, _ => { }, NullLogger.Instance);
}
