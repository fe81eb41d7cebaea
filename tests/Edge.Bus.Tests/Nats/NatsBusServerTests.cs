using Edge.Bus.Nats;
using Edge.Bus.Tests.Contract;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Nats;

/// <summary>What servers do to a bus, and how they carry it to other servers.</summary>
public sealed class NatsBusServerTests
{
    private readonly ListLogger<NatsBus> _logger = new();

    [Fact]
    public async Task Start_NoServerYet_ConnectsOnceThereIsOne()
    {
        var port = FreePorts.Tcp();
        await using var bus = Start(port);
        using var heard = Heard.At(bus, "a");
        await LoggedAsync("cannot be reached");
        Assert.False(bus.IsConnected);
        Assert.False(bus.TryPublish("a", "lost"u8));

        await using var server = await NatsServer.StartAsync(port: port);

        Assert.True(await Wait.ForAsync(() => bus.TryPublish("a", "1"u8)));
        await heard.UntilAsync("1");
        Assert.Equal(["1"], heard.Texts);
        Assert.Equal(0, bus.Stats.Reconnects);
    }

    [Fact]
    public async Task Dispose_NoServerYet_Ends()
    {
        var bus = Start(FreePorts.Tcp());

        await bus.DisposeAsync().AsTask().WaitAsync(Patience.Longest);
    }

    [Fact]
    public async Task Dispose_Connected_SaysNothingOfALoss()
    {
        await using var server = await NatsServer.StartAsync();
        var bus = await ConnectAsync(server.Port);
        Assert.True(bus.TryPublish("a", "1"u8));

        await bus.DisposeAsync();

        Assert.Contains(_logger.Lines, line => line.Contains("Stopped", StringComparison.Ordinal));
        Assert.DoesNotContain(
            _logger.Lines,
            line => line.StartsWith("Warning", StringComparison.Ordinal)
        );
    }

    [Fact]
    public async Task Server_KilledAndStartedAgain_HeardAgain()
    {
        await using var server = await NatsServer.StartAsync();
        await using var bus = await ConnectAsync(server.Port);
        using var heard = Heard.At(bus, "a");
        for (var round = 1; round <= 2; round++)
        {
            await server.KillAsync();
            Assert.True(await Wait.ForAsync(() => !bus.IsConnected));
            await server.RestartAsync();
            Assert.True(await Wait.ForAsync(() => bus.TryPublish("a", "1"u8)));
            await heard.UntilAsync(round);
            Assert.Equal(round, heard.Messages.Count);
        }

        Assert.Equal(2, bus.Stats.Reconnects);
    }

    /// <summary>A server that is stopped, as a debugger or a hypervisor does: publishing comes back at once, the
    /// stop is noticed, and afterwards nothing is heard twice.</summary>
    [Fact]
    public async Task Server_Stopped_PublishingNeverWaits()
    {
        await using var server = await NatsServer.StartAsync();
        await using var bus = await ConnectAsync(server.Port);
        using var heard = Heard.At(bus, "a");
        Assert.True(bus.TryPublish("a", "0"u8));
        await heard.UntilAsync("0");
        await server.StopAsync();

        var number = 0;
        var refused = 0;
        while (bus.IsConnected)
        {
            number++;
            var payload = new byte[10_000];
            BitConverter.TryWriteBytes(payload, number);
            refused += bus.TryPublish("a", payload) ? 0 : 1;
            if (number % 1000 == 0)
            {
                await Task.Delay(10); // The other core has something else to do.
            }
        }

        Assert.True(refused > 0);
        await server.ContinueAsync();
        Assert.True(await Wait.ForAsync(() => bus.TryPublish("a", "last"u8)));
        await heard.UntilAsync("last");
        var numbers = heard
            .Messages.Where(message => message.Payload.Length == 10_000)
            .Select(message => BitConverter.ToInt32(message.Payload))
            .ToArray();
        Assert.Distinct(numbers);
        Assert.True(numbers.Length < number - refused + 1);
    }

    /// <summary>Threads that wait for a server that does not read are freed with their connection.</summary>
    [Fact]
    public async Task Server_Stalls_LeavesNoThreads()
    {
        await using var server = await NatsServer.StartAsync();
        await using var gate = TcpGate.Open(server.Port);
        await using var bus = await ConnectAsync(
            gate.Port,
            options => options with { Name = "leak" }
        );
        gate.Stall();
        while (bus.TryPublish("a", new byte[50_000]))
        {
            // Until the one who sends is stuck.
        }

        Assert.True(await Wait.ForAsync(() => !bus.IsConnected));
        gate.Cut();
        gate.Resume();
        gate.Heal();
        Assert.True(await Wait.ForAsync(() => bus.IsConnected));
        Assert.True(
            await Wait.ForAsync(() =>
                string.Join(' ', Threads()) is "leak-call leak-read leak-send"
            ),
            string.Join(' ', Threads())
        );

        static IEnumerable<string> Threads() =>
            Directory
                .GetDirectories("/proc/self/task")
                .Select(NameOf)
                .Where(name => name.StartsWith("leak", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);

        static string NameOf(string thread)
        {
            try
            {
                return File.ReadAllText(Path.Combine(thread, "comm")).TrimEnd();
            }
            catch (IOException)
            {
                return ""; // It has just ended.
            }
        }
    }

    /// <summary>Media that could not leave in time never leaves: what is heard after a pause of the network is
    /// what was on its way before, and what is new.</summary>
    [Fact]
    public async Task AgeMax_NetworkPauses_OldMessagesAreDropped()
    {
        const int Size = 50_000;
        await using var server = await NatsServer.StartAsync();
        await using var gate = TcpGate.Open(server.Port);
        await using var publisher = await ConnectAsync(
            gate.Port,
            options => options with { AgeMax = TimeSpan.FromMilliseconds(200) }
        );
        await using var subscriber = await ConnectAsync(server.Port);
        using var heard = Heard.At(subscriber, "a.>");
        await Settling.SettleAsync(publisher, subscriber);

        gate.Stall();
        var accepted = 0;
        while (publisher.TryPublish("a.old", new byte[Size]))
        {
            accepted++;
        }

        var dropped = publisher.Stats.Dropped;
        await Task.Delay(400);
        gate.Resume();
        Assert.True(await Wait.ForAsync(() => publisher.TryPublish("a.new", "new"u8)));

        await heard.UntilAsync("new");
        var late = heard.Messages.Count - 1;
        var old = (int)(publisher.Stats.Dropped - dropped);
        Assert.Equal(accepted, late + old);
        Assert.True(old * (long)Size > 4_000_000, $"Of {accepted} only {old} were too old.");
    }

    /// <summary>A server that is about to stop says so, and its clients go to another before it does.</summary>
    [Fact]
    public async Task Server_Retires_BusMovesToTheOther()
    {
        var (routesA, routesB) = (FreePorts.Tcp(), FreePorts.Tcp());
        await using var serverA = await NatsServer.StartAsync(ClusterOf(routesA, routesB));
        await using var serverB = await NatsServer.StartAsync(ClusterOf(routesB, routesA));
        var urls = $"{serverA.Url},{serverB.Url}";
        await using var bus = await ConnectAsync(0, options => options with { Urls = urls });
        await using var other = await ConnectAsync(serverB.Port);
        using var heard = Heard.At(bus, "a");
        var isOnA = _logger.Lines.Any(line =>
            line.Contains($"at {serverA.Url}", StringComparison.Ordinal)
        );

        await (isOnA ? serverA : serverB).RetireAsync();
        await LoggedAsync(isOnA ? $"at {serverB.Url}" : $"at {serverA.Url}");
        await LoggedAsync("Retired");

        if (isOnA)
        {
            await SayUntilHeardAsync(other, heard);
        }

        Assert.True(bus.IsConnected);
        Assert.Equal(1, bus.Stats.Reconnects);
        // Retiring takes it minutes.
        await (isOnA ? serverA : serverB).KillAsync();

        static string ClusterOf(int own, int others) =>
            $$"""
                cluster {
                    name: tests
                    listen: "127.0.0.1:{{own}}"
                    routes: ["nats://127.0.0.1:{{others}}"]
                }
                """;
    }

    /// <summary>Two PoPs as two clusters with gateways between them: messages, requests, and the answer that
    /// nobody is there.</summary>
    [Fact]
    public async Task Gateways_TwoServers_CarryMessagesAndRequests()
    {
        var (portA, portB) = (FreePorts.Tcp(), FreePorts.Tcp());
        await using var serverA = await NatsServer.StartAsync(GatewayOf("popa", portA));
        await using var serverB = await NatsServer.StartAsync(GatewayOf("popb", portB));
        await CarryAsync(serverA, serverB);

        string GatewayOf(string name, int port) =>
            $$"""
                server_name: {{name}}
                gateway {
                    name: {{name}}
                    listen: "127.0.0.1:{{port}}"
                    gateways: [
                        { name: popa, url: "nats://127.0.0.1:{{portA}}" }
                        { name: popb, url: "nats://127.0.0.1:{{portB}}" }
                    ]
                }
                """;
    }

    /// <summary>A small PoP as a leaf of another.</summary>
    [Fact]
    public async Task LeafNode_OfAnother_CarriesMessagesAndRequests()
    {
        var port = FreePorts.Tcp();
        await using var hub = await NatsServer.StartAsync(
            $$"""
            server_name: hub
            leafnodes { listen: "127.0.0.1:{{port}}" }
            """
        );
        await using var leaf = await NatsServer.StartAsync(
            $$"""
            server_name: leaf
            leafnodes { remotes: [ { url: "nats://127.0.0.1:{{port}}" } ] }
            """
        );
        await CarryAsync(hub, leaf);
    }

    private static async Task SayUntilHeardAsync(IBus from, Heard heard) =>
        await Patience.UntilAsync(
            "a message is carried over",
            () =>
            {
                from.TryPublish("a", "1"u8);
                return Task.FromResult(heard.Messages.Count);
            },
            count => count > 0
        );

    private async Task CarryAsync(NatsServer serverA, NatsServer serverB)
    {
        await using var a = await ConnectAsync(serverA.Port);
        await using var b = await ConnectAsync(serverB.Port);
        using var heardAtA = Heard.At(a, "a");
        using var heardAtB = Heard.At(b, "a");
        using var answering = b.Subscribe("ask", m => b.TryPublish(m.ReplyTo!, m.Payload));

        await SayUntilHeardAsync(a, heardAtB);
        await SayUntilHeardAsync(b, heardAtA);
        var reply = await Patience.UntilAsync(
            "a request is answered",
            () => AskAsync(a, "ask"),
            reply => reply.IsAnswered
        );
        var nobody = await AskAsync(a, "nobody");

        Assert.Equal("?"u8, reply.Payload.Span);
        Assert.Equal(BusReplyStatus.NoResponders, nobody.Status);

        static async Task<BusReply> AskAsync(IBus bus, string subject) =>
            await bus.RequestAsync(
                subject,
                "?"u8.ToArray(),
                TimeSpan.FromSeconds(1),
                CancellationToken.None
            );
    }

    private NatsBus Start(int port, Func<NatsBusOptions, NatsBusOptions>? change = null)
    {
        var options = new NatsBusOptions { Urls = $"127.0.0.1:{port}" };
        return NatsBus.Start(change?.Invoke(options) ?? options, _logger);
    }

    private async Task<NatsBus> ConnectAsync(
        int port,
        Func<NatsBusOptions, NatsBusOptions>? change = null
    )
    {
        var bus = Start(port, change);
        Assert.True(await Wait.ForAsync(() => bus.IsConnected));
        return bus;
    }

    private async Task LoggedAsync(string text) =>
        Assert.True(
            await Wait.ForAsync(() =>
                _logger.Lines.Any(line => line.Contains(text, StringComparison.Ordinal))
            ),
            string.Join('\n', _logger.Lines)
        );
}
