using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;
using Edge.Hosting.Discovery;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Settings;
using Edge.Hosting.Settings.Mesh;
using Microsoft.AspNetCore.Http;

namespace Edge.Hosting.Tests.Discovery;

/// <summary>The calls, and whatever may come of them.</summary>
public sealed class ConsulAgentTests : IAsyncLifetime
{
    private static readonly ConsulTimes Times = new()
    {
        CallWithin = TimeSpan.FromSeconds(30),
        HoldLook = TimeSpan.FromMilliseconds(200),
    };

    private ScriptedConsul _consul = null!;
    private ConsulAgent _agent = null!;

    public async Task InitializeAsync()
    {
        _consul = await ScriptedConsul.StartAsync();
        _agent = new(_consul.Settings, Times, TimeProvider.System);
    }

    public async Task DisposeAsync()
    {
        _agent.Dispose();
        await _consul.DisposeAsync();
    }

    /// <summary>The body, member by member: what Consul reads is not what it happens to ignore.</summary>
    [Fact]
    public async Task Register_AProcess_BodyOfTheApi()
    {
        Assert.Equal(ConsulFault.None, await RegisterAsync(IPEndPoint.Parse("10.0.0.1:7100")));
        Assert.Equal(
            "PUT /v1/agent/service/register?replace-existing-checks=true",
            Assert.Single(_consul.Requests)
        );
        Assert.Equal("a-token", _consul.Token);
        var expected = $$"""
            {
              "ID": "edge.pop-1.n1", "Name": "edge-pop-1", "Tags": ["edge"],
              "Address": "10.0.0.1", "Port": 7100,
              "Meta": {
                "pop": "pop-1", "node": "n1", "kind": "edge",
                "version": "{{ProcessVersion.Text}}", "run": "ab12"
              },
              "Check": {
                "CheckID": "edge.pop-1.n1", "Name": "n1 says that it lives", "TTL": "10000ms",
                "Status": "passing", "DeregisterCriticalServiceAfter": "60000ms"
              }
            }
            """;
        Assert.Equal(
            JsonNode.Parse(expected)!.ToJsonString(),
            JsonNode.Parse(_consul.Registration)!.ToJsonString()
        );
    }

    /// <summary>A process that listens everywhere is where its agent is.</summary>
    [Theory]
    [InlineData("0.0.0.0:7100")]
    [InlineData("[::]:7100")]
    public async Task Register_ListeningAnywhere_AddressOfTheAgent(string lan)
    {
        await RegisterAsync(IPEndPoint.Parse(lan));
        Assert.Equal("", JsonNode.Parse(_consul.Registration)!["Address"]!.GetValue<string>());
    }

    [Fact]
    public async Task Put_KnownAndUnknown_PathsOfTheApi()
    {
        Assert.Equal(ConsulFault.Refused, await _agent.PassAsync("edge.a.b", default));
        await RegisterAsync(IPEndPoint.Parse("10.0.0.1:7100"));
        Assert.Equal(ConsulFault.None, await _agent.PassAsync("edge.pop-1.n1", default));
        Assert.Equal(ConsulFault.None, await _agent.DeregisterAsync("edge.pop-1.n1", default));
        Assert.Equal(1, _consul.Count("PUT /v1/agent/check/pass/edge.pop-1.n1"));
        Assert.Equal(1, _consul.Count("PUT /v1/agent/service/deregister/edge.pop-1.n1"));
        Assert.Empty(_consul.Services);
    }

    [Theory]
    [InlineData(401, nameof(ConsulFault.Forbidden))]
    [InlineData(403, nameof(ConsulFault.Forbidden))]
    [InlineData(301, nameof(ConsulFault.Refused))]
    [InlineData(404, nameof(ConsulFault.Refused))]
    [InlineData(429, nameof(ConsulFault.Refused))]
    [InlineData(500, nameof(ConsulFault.Refused))]
    public async Task Call_Status_Fault(int status, string expected)
    {
        _consul.Instead = context =>
        {
            context.Response.StatusCode = status;
            context.Response.Headers.Location = "/elsewhere";
            return Task.FromResult(true);
        };
        var fault = Enum.Parse<ConsulFault>(expected);
        Assert.Equal(fault, await _agent.PassAsync("edge.a.b", default));
        Assert.Equal(new CatalogueAnswer.Failed(fault), await LookAsync());
        Assert.Equal(2, _consul.Requests.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("[{]")]
    [InlineData("[{\"Service\":7}]")]
    [InlineData("[{\"Service\":{\"Port\":\"x\"}}]")]
    [InlineData("<html>")]
    public async Task Look_NoAnswerOfTheApi_Malformed(string body)
    {
        Answer(body);
        Assert.Equal(new CatalogueAnswer.Failed(ConsulFault.Malformed), await LookAsync());
    }

    [Fact]
    public async Task Look_EndlessAnswer_Malformed()
    {
        _consul.Instead = async context =>
        {
            var spaces = new byte[64 * 1024];
            spaces.AsSpan().Fill((byte)' ');
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(spaces, context.RequestAborted);
            }

            return true;
        };
        Assert.Equal(new CatalogueAnswer.Failed(ConsulFault.Malformed), await LookAsync());
    }

    /// <summary>No byte, a head without an end, half an answer: each wait has its end.</summary>
    [Theory]
    [InlineData("nothing")]
    [InlineData("half")]
    public async Task Call_AnswerThatDoesNotCome_TimedOut(string how)
    {
        _consul.Instead = async context =>
        {
            if (string.Equals(how, "half", StringComparison.Ordinal))
            {
                await context.Response.WriteAsync("[{");
                await context.Response.Body.FlushAsync();
            }

            await Task.Delay(Timeout.Infinite, _consul.Ending)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        _agent.Dispose();
        var times = Times with { CallWithin = TimeSpan.FromMilliseconds(200) };
        _agent = new(_consul.Settings, times, TimeProvider.System);
        var watch = Stopwatch.StartNew();
        Assert.Equal(ConsulFault.TimedOut, await _agent.PassAsync("edge.a.b", default));
        Assert.Equal(new CatalogueAnswer.Failed(ConsulFault.TimedOut), await LookAsync());
        Assert.Equal(new CatalogueAnswer.Failed(ConsulFault.TimedOut), await LookAsync(index: 7));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(20), $"{watch.Elapsed}");
    }

    [Fact]
    public async Task Call_ConnectionCutOff_Unreachable()
    {
        _consul.Instead = context =>
        {
            context.Abort();
            return Task.FromResult(true);
        };
        Assert.Equal(ConsulFault.Unreachable, await _agent.PassAsync("edge.a.b", default));
        Assert.Equal(new CatalogueAnswer.Failed(ConsulFault.Unreachable), await LookAsync());
    }

    [Fact]
    public async Task Call_NobodyListens_Unreachable()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        var free = probe.LocalEndpoint;
        probe.Stop();
        using var agent = new ConsulAgent(
            new ConsulSettings(new Uri($"http://{free}"), Token: null),
            Times,
            TimeProvider.System
        );
        Assert.Equal(ConsulFault.Unreachable, await agent.PassAsync("edge.a.b", default));
    }

    [Fact]
    public async Task Call_Cancelled_Throws()
    {
        using var stop = new CancellationTokenSource();
        _consul.Instead = async _ =>
        {
            await stop.CancelAsync();
            await Task.Delay(Timeout.Infinite, _consul.Ending)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() =>
            _agent.PassAsync("edge.a.b", stop.Token)
        );
    }

    /// <summary>An answer of a real agent (1.8.7), and what others may have written into the catalogue.</summary>
    [Fact]
    public async Task Look_EntriesOfAllKinds_UsableOnesOfThePop()
    {
        Answer(
            """
            [
              {"Node": {"Node": "a", "Address": "10.0.0.1", "Meta": {"x": "y"}},
               "Service": {"ID": "edge.local.n1", "Address": "", "Port": 7100, "Weights": {"Passing": 1},
                           "Meta": {"pop": "local", "node": "n1", "run": "r1", "new": "member"}},
               "Checks": [{"CheckID": "serfHealth", "Status": "passing"}, {"Status": "passing"}]},
              {"Node": {"Address": "10.0.0.1"},
               "Service": {"Address": "fd00::2", "Port": 7101, "Meta": {"pop": "local", "node": "n2"}},
               "Checks": [{"Status": "passing"}, {"Status": "critical"}]},
              {"Service": {"Address": "10.0.0.3", "Port": 7100, "Meta": {"pop": "Local", "node": "n3"}}},
              {"Service": {"Address": "10.0.0.3", "Port": 7100}},
              {"Node": {"Address": "10.0.0.3"}},
              null,
              {"Service": {"Address": "10.0.0.3", "Port": 0, "Meta": {"pop": "local", "node": "n3"}}},
              {"Service": {"Address": "10.0.0.3", "Port": 70000, "Meta": {"pop": "local", "node": "n3"}}},
              {"Service": {"Address": "0.0.0.0", "Port": 7100, "Meta": {"pop": "local", "node": "n3"}}},
              {"Service": {"Address": "n3.example", "Port": 7100, "Meta": {"pop": "local", "node": "n3"}}},
              {"Service": {"Address": "10.0.0.3", "Port": 7100, "Meta": {"pop": "local", "node": "n.3"}}},
              {"Service": {"Address": "10.0.0.3", "Port": 7100, "Meta": {"pop": "local"}}}
            ]
            """,
            index: "42"
        );
        var listed = Assert.IsType<CatalogueAnswer.Listed>(await LookAsync());
        Assert.Equal(
            [
                new("n1", IPEndPoint.Parse("10.0.0.1:7100"), "r1", CatalogueHealth.Passing),
                new("n2", IPEndPoint.Parse("[fd00::2]:7101"), "", CatalogueHealth.Critical),
            ],
            listed.Entries.ToArray()
        );
        Assert.Equal(6, listed.Unusable);
        Assert.Equal(42UL, listed.Index);
    }

    /// <summary>An index to wait with; 0 where there is none: it is missing, no number, or went back.</summary>
    [Theory]
    [InlineData("7", 7UL)]
    [InlineData("8", 8UL)]
    [InlineData("6", 0UL)]
    [InlineData("-8", 0UL)]
    [InlineData("", 0UL)]
    [InlineData(null, 0UL)]
    public async Task Look_Index_ForTheNext(string? index, ulong expected)
    {
        Answer("[]", index);
        var listed = Assert.IsType<CatalogueAnswer.Listed>(await LookAsync(index: 7));
        Assert.Equal(expected, listed.Index);
        Assert.Equal(
            "GET /v1/health/service/edge-local?index=7&wait=200ms",
            Assert.Single(_consul.Requests)
        );
    }

    private Task<ConsulFault> RegisterAsync(IPEndPoint lan)
    {
        var self = new PopIdentity("pop-1", "n1", Executables.Edge, lan, "ab12");
        return _agent.RegisterAsync(self.ToRegistration(new ConsulTimes()), default);
    }

    private Task<CatalogueAnswer> LookAsync(ulong index = 0) =>
        _agent.LookAsync("edge-local", "local", index, default);

    private void Answer(string body, string? index = null) =>
        _consul.Instead = async context =>
        {
            if (index is not null)
            {
                context.Response.Headers["X-Consul-Index"] = index;
            }

            await context.Response.WriteAsync(body);
            return true;
        };
}
