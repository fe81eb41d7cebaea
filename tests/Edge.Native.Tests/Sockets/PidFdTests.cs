using System.Diagnostics;
using System.Net.Sockets;
using Edge.Native.Sockets;
using Xunit;

namespace Edge.Native.Tests.Sockets;

/// <summary>The end of a process is told by the kernel, and to whom it belongs.</summary>
public sealed class PidFdTests
{
    [Fact]
    public void Wait_ProcessIsKilled_ReturnsAndItHasEnded()
    {
        using var child = Process.Start("sleep", "60");
        Assert.Equal(SystemError.None, PidFd.TryOpen(child.Id, out var opened));
        using var process = opened!;
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        Assert.Equal(child.Id, process.Process);
        Assert.False(process.HasEnded);

        child.Kill();
        PidFd.Wait([process], wake);
        Assert.True(process.HasEnded);
        child.WaitForExit();
        Assert.True(process.HasEnded);
    }

    [Fact]
    public void Wait_Signalled_ReturnsThoughTheProcessLives()
    {
        Assert.Equal(SystemError.None, PidFd.TryOpen(Environment.ProcessId, out var opened));
        using var process = opened!;
        Assert.Equal(SystemError.None, EventFd.TryCreate(out var created));
        using var wake = created!;
        wake.Signal();
        PidFd.Wait([process], wake);
        Assert.False(process.HasEnded);
    }

    [Fact]
    public void TryOpen_NoSuchProcess_IsSaid()
    {
        Assert.Equal(SystemError.NoSuchProcess, PidFd.TryOpen(int.MaxValue, out var none));
        Assert.Null(none);
        Assert.Equal(SystemError.InvalidArgument, PidFd.TryOpen(0, out _));
    }

    [Fact]
    public void TryReadProcess_LinkOfThisProcess_IsThisProcess()
    {
        var name = new UnixDomainSocketEndPoint($"\0edge-pid-{Guid.NewGuid():N}");
        using var door = new Socket(
            AddressFamily.Unix,
            SocketType.Stream,
            ProtocolType.Unspecified
        );
        door.Bind(name);
        door.Listen();
        using var caller = new Socket(
            AddressFamily.Unix,
            SocketType.Stream,
            ProtocolType.Unspecified
        );
        caller.Connect(name);
        using var link = door.Accept();
        Assert.Equal(SystemError.None, LocalPeer.TryReadProcess(link.SafeHandle, out var process));
        Assert.Equal(Environment.ProcessId, process);
        Assert.Equal(SystemError.None, LocalPeer.TryReadUser(link.SafeHandle, out var user));
        Assert.Equal(LocalPeer.OwnUser, user);
    }

    [Fact]
    public void TryReadProcess_NoOtherEnd_HasNoNumber()
    {
        using var socket = new Socket(
            AddressFamily.Unix,
            SocketType.Stream,
            ProtocolType.Unspecified
        );
        Assert.Equal(SystemError.None, LocalPeer.TryReadProcess(socket.SafeHandle, out var none));
        Assert.Equal(0, none);
    }
}
