using System.Net;
using System.Net.Sockets;
using Control.Server.Http;
using Control.Server.Tests.Support;
using Edge.Testing;

namespace Control.Server.Tests.Http;

/// <summary>Nobody can hold all connections there may be.</summary>
public sealed class ConnectionSharesTests
{
    private const int Max = 100;

    [Fact]
    public void TryTake_OneRemote_HalfOfAll()
    {
        var shares = new ConnectionShares(Max);
        Assert.Equal(Max / 2, TakeAll(shares, remote: 1));
    }

    [Fact]
    public void TryTake_AfterAnyNumberOfGreedyRemotes_TheNextFindsRoom()
    {
        var shares = new ConnectionShares(Max);
        for (ulong remote = 1; remote <= 5; remote++)
        {
            Assert.True(TakeAll(shares, remote) > 0);
        }
    }

    [Fact]
    public void Give_WhatWasTaken_IsThereAgain() =>
        Seeds.Check(
            random =>
            {
                var shares = new ConnectionShares(Max);
                var held = new List<ulong>();
                for (var step = 0; step < 2000; step++)
                {
                    var remote = (ulong)random.NextInt32(4);
                    if (random.NextInt32(2) == 0 && shares.TryTake(remote))
                    {
                        held.Add(remote);
                    }
                    else if (held.Count > 0)
                    {
                        var index = random.NextInt32(held.Count);
                        shares.Give(held[index]);
                        held.RemoveAt(index);
                    }

                    Assert.InRange(held.Count, 0, Max);
                }

                held.ForEach(shares.Give);
                Assert.Equal(Max / 2, TakeAll(shares, remote: 9));
            },
            rounds: 5
        );

    /// <summary>Over real connections: those above the share are closed, another remote is served, and
    /// connections that end make room.</summary>
    [Fact]
    public async Task Connect_OneRemoteTakesAllItCan_AnotherIsServed()
    {
        await using var server = await TestServer.StartAsync(connectionsMax: 8);
        var greedy = new List<TcpClient>();
        for (var index = 0; index < 8; index++)
        {
            if (await TryConnectAsync(server) is { } client)
            {
                greedy.Add(client);
            }
        }

        await WaitForAsync(() => Task.FromResult(greedy.Count(client => !IsClosed(client)) == 4));
        Assert.False(await IsServedAsync(server, from: "127.0.0.1"));
        await WaitForAsync(() => IsServedAsync(server, from: "127.0.0.2"));
        Assert.Equal(4, greedy.Count(client => !IsClosed(client)));

        greedy.ForEach(client => client.Dispose());
        await WaitForAsync(() => IsServedAsync(server, from: "127.0.0.1"));
    }

    private static int TakeAll(ConnectionShares shares, ulong remote)
    {
        var count = 0;
        while (shares.TryTake(remote))
        {
            count++;
        }

        return count;
    }

    /// <summary>Null for a connection whose reset came before the connecting was looked at.</summary>
    private static async Task<TcpClient?> TryConnectAsync(TestServer server)
    {
        var client = new TcpClient();
        try
        {
            await client.ConnectAsync(server.Url.Host, server.Url.Port);
            return client;
        }
        catch (SocketException)
        {
            client.Dispose();
            return null;
        }
    }

    private static bool IsClosed(TcpClient client) => client.Client.Poll(0, SelectMode.SelectRead);

    /// <summary>Asks once from an address; a connection that is closed instead may show as an end or as
    /// an error.</summary>
    private static async Task<bool> IsServedAsync(TestServer server, string from)
    {
        using var client = new TcpClient(new IPEndPoint(IPAddress.Parse(from), 0));
        try
        {
            await client.ConnectAsync(server.Url.Host, server.Url.Port);
            await client
                .GetStream()
                .WriteAsync(
                    "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray()
                );
            return await client.GetStream().ReadAsync(new byte[4096]) > 0;
        }
        catch (Exception exception) when (exception is IOException or SocketException)
        {
            return false;
        }
    }

    private static async Task WaitForAsync(Func<Task<bool>> condition)
    {
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(20);
        while (!await condition())
        {
            Assert.True(DateTime.UtcNow < deadline, "The connections are not as they should be.");
        }
    }
}
