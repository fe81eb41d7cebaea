using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Text.Json.Nodes;
using Edge.Hosting.Settings.Mesh;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Edge.Hosting.Tests.Discovery;

/// <summary>Answers as Consul's agent does, or as the test says.</summary>
internal sealed class ScriptedConsul : IAsyncDisposable
{
    private static readonly TimeSpan HoldMax = TimeSpan.FromMilliseconds(100);

    private readonly WebApplication _app;
    private readonly CancellationTokenSource _ending = new();
    private readonly ConcurrentQueue<string> _requests = new();
    private int _index = 10;

    private ScriptedConsul(WebApplication app)
    {
        _app = app;
        app.Run(HandleAsync);
    }

    /// <summary>What came so far, method and path with query.</summary>
    public IReadOnlyCollection<string> Requests => _requests;

    /// <summary>The token of the request before.</summary>
    public string? Token { get; private set; }

    /// <summary>Body of the registration before.</summary>
    public string Registration { get; private set; } = "";

    /// <summary>What is registered, by id, as the body has it.</summary>
    public ConcurrentDictionary<string, JsonObject> Services { get; } = new(StringComparer.Ordinal);

    /// <summary>Answers instead, and says whether it did; null: nothing does.</summary>
    public Func<HttpContext, Task<bool>>? Instead { get; set; }

    /// <summary>Ends with the agent: for answers that never come.</summary>
    public CancellationToken Ending => _ending.Token;

    /// <summary>Its settings.</summary>
    public ConsulSettings Settings => new(Url, "a-token");

    /// <summary>Where it listens.</summary>
    public Uri Url
    {
        get
        {
            var server = _app.Services.GetRequiredService<IServer>();
            return new(server.Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        }
    }

    /// <summary>Starts it.</summary>
    public static async Task<ScriptedConsul> StartAsync(int port = 0)
    {
        var builder = WebApplication.CreateEmptyBuilder(new());
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        var consul = new ScriptedConsul(builder.Build());
        await consul._app.StartAsync();
        return consul;
    }

    /// <summary>Loses all, as an agent that was started anew.</summary>
    public void Forget()
    {
        Services.Clear();
        _index = 1;
    }

    /// <summary>How many requests hold a text.</summary>
    public int Count(string text) =>
        _requests.Count(line => line.Contains(text, StringComparison.Ordinal));

    /// <summary>Puts a process into the catalogue.</summary>
    public void Add(string node, int port, string pop = "local")
    {
        Services[node] = new()
        {
            ["Address"] = "127.0.0.1",
            ["Port"] = port,
            ["Meta"] = new JsonObject
            {
                ["pop"] = pop,
                ["node"] = node,
                ["run"] = "theirs",
            },
        };
        _index++;
    }

    /// <summary>Takes it out.</summary>
    public void Remove(string node)
    {
        Services.TryRemove(node, out _);
        _index++;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _app.DisposeAsync();
        _ending.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        var path = context.Request.Path.Value!;
        _requests.Enqueue($"{context.Request.Method} {path}{context.Request.QueryString}");
        Token = context.Request.Headers["X-Consul-Token"];
        if (Instead is { } instead && await instead(context))
        {
            return;
        }

        var id = path[(path.LastIndexOf('/') + 1)..];
        switch (path[..path.LastIndexOf('/')])
        {
            case "/v1/agent/service":
                await RegisterAsync(context);
                break;
            case "/v1/agent/check/pass":
                context.Response.StatusCode = Services.ContainsKey(id) ? 200 : 404;
                break;
            case "/v1/agent/service/deregister":
                Remove(id);
                break;
            case "/v1/health/service":
                await ListAsync(context);
                break;
            default:
                context.Response.StatusCode = 404;
                break;
        }
    }

    private async Task RegisterAsync(HttpContext context)
    {
        using var reader = new StreamReader(context.Request.Body);
        Registration = await reader.ReadToEndAsync();
        var service = JsonNode.Parse(Registration)!.AsObject();
        Services[service["ID"]!.GetValue<string>()] = service;
        _index++;
    }

    private async Task ListAsync(HttpContext context)
    {
        var index = int.Parse(context.Request.Query["index"]!, CultureInfo.InvariantCulture);
        var until = DateTime.UtcNow + HoldMax;
        while (index == _index && DateTime.UtcNow < until)
        {
            await Task.Delay(5, context.RequestAborted);
        }

        context.Response.Headers["X-Consul-Index"] = _index.ToString(CultureInfo.InvariantCulture);
        var entries = new JsonArray();
        foreach (var service in Services.Values)
        {
            entries.Add(
                new JsonObject
                {
                    ["Node"] = new JsonObject { ["Address"] = "10.0.0.99" },
                    ["Service"] = service.DeepClone(),
                    ["Checks"] = new JsonArray(new JsonObject { ["Status"] = "passing" }),
                }
            );
        }

        await context.Response.WriteAsync(entries.ToJsonString());
    }
}
