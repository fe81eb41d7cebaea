using System.Collections.Concurrent;
using Anycast.Steering;
using Control.Contract;
using Control.Contract.Nodes;
using Edge.Bus.InProcess;
using Edge.Node.Serving;
using Edge.Node.Sessions;
using Edge.Node.Steering;
using Edge.Node.Tests.EndToEnd;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit;

namespace Edge.Node.Tests.Serving;

/// <summary>Nodes of a PoP that answer requests, and a process that asks them and hears every answer.</summary>
/// <remarks>Sessions without media are moved by hand, as far as requests see it.</remarks>
internal sealed class NameWorld : IAsyncDisposable
{
    /// <summary>How long it takes at most until nodes have met and told each other what they have.</summary>
    private static readonly TimeSpan SettleTime = TimeSpan.FromSeconds(5);

    private readonly PopHarness _pop;
    private readonly List<NodeService> _services = [];
    private readonly InProcessBus _bus;

    /// <summary>Starts nodes "n0" and so on.</summary>
    /// <param name="nodes">How many.</param>
    /// <param name="change">Changes their options; by default who has what is moved by hand here, and stays there.</param>
    /// <param name="test">Seeds the clients.</param>
    public NameWorld(
        int nodes,
        Func<MediaNodeOptions, MediaNodeOptions>? change = null,
        [System.Runtime.CompilerServices.CallerMemberName] string test = ""
    )
    {
        _pop = new PopHarness(
            nodes,
            hasMesh: true,
            change: change ?? PopHarness.Staying,
            test: test
        );
        _bus = _pop.Exchange.Connect();
        for (var node = 0; node < nodes; node++)
        {
            Serve($"n{node}", node);
        }
    }

    /// <summary>The nodes.</summary>
    public PopHarness Pop => _pop;

    /// <summary>What the asker is tied to them by.</summary>
    public InProcessBus Bus => _bus;

    /// <summary>What a node knows of names.</summary>
    public AdoptionDesk Desk(int node) => _pop.Nodes[node].Node.Adoptions!;

    /// <summary>The number of a node.</summary>
    public static ushort Number(int node) => OwnerCode.NumberOf($"n{node}");

    /// <summary>Who a node is.</summary>
    public static NodeAddress Address(int node) =>
        new(OwnerCode.NumberOf(PopHarness.Name), Number(node));

    /// <summary>The subject of requests to a node.</summary>
    public static string Requests(int node) => NodeSubject.Requests(Address(node));

    /// <summary>Waits until nobody may just be about to say that it has something.</summary>
    public static Task SettleAsync() => Task.Delay(SettleTime);

    /// <summary>Starts a node's answers.</summary>
    public void Serve(string name, int node) =>
        _services.Add(
            NodeService.Start(
                new NodeServiceOptions
                {
                    Pop = PopHarness.Name,
                    Node = name,
                    SessionsMax = 100,
                },
                _pop.Nodes[node].Node,
                [_pop.Buses[node]],
                NullLogger<NodeService>.Instance
            )
        );

    /// <summary>Ends the last node, which gave away what it had.</summary>
    public async Task EndLastAsync()
    {
        await _pop.EndLastAsync();
        await _services[^1].DisposeAsync();
        _services.RemoveAt(_services.Count - 1);
    }

    /// <summary>Makes a session without media.</summary>
    public async Task<SessionKey> CreateAsync(int node) =>
        new("app", await _pop.Nodes[node].NewSessionAsync());

    /// <summary>Takes a session from a node, as a hand-over does once it was given.</summary>
    public void Take(SessionKey session, int from, int to)
    {
        Assert.True(
            _pop.Nodes[from].Node.State.Calls.TryFind("app", session.SessionId, out var moved)
        );
        _pop.Nodes[to].Node.State.Calls.Add(moved);
        Desk(to).Adopt(session.SessionId, [], Number(from));
        Desk(from).NoteMoved(session.SessionId, [], Number(to));
        _pop.Nodes[from].Node.State.Calls.Remove(moved);
    }

    /// <summary>Asks for a session; every answer that comes.</summary>
    public Task<Asker.Answer[]> GetAsync(int name, SessionKey session, double within = 10) =>
        AskAsync(Requests(name), NodeOperations.GetSession, session, within);

    /// <summary>Asks by a subject; every answer that comes until a moment after the first.</summary>
    public async Task<Asker.Answer[]> AskAsync<TRequest, TAnswer>(
        string subject,
        NodeOperation<TRequest, TAnswer> operation,
        TRequest request,
        double within = 10
    ) =>
        [
            .. (
                await AskRawAsync(
                    subject,
                    NodeEnvelope.Write(
                        operation.Name,
                        request,
                        operation.RequestType,
                        TimeSpan.FromSeconds(10)
                    ),
                    within
                )
            ).Select(answer => new Asker.Answer(answer)),
        ];

    /// <summary>The same of any message.</summary>
    public async Task<byte[][]> AskRawAsync(string subject, byte[] message, double within = 10)
    {
        var answers = new ConcurrentQueue<byte[]>();
        var inbox = _bus.CreateInbox();
        using var subscription = _bus.Subscribe(
            inbox,
            answer => answers.Enqueue(answer.Payload.ToArray())
        );
        Assert.True(_bus.TryPublish(subject, message, inbox));
        var deadline = DateTime.UtcNow + TimeSpan.FromSeconds(within);
        while (answers.IsEmpty && DateTime.UtcNow < deadline)
        {
            await Task.Delay(5);
        }

        await Task.Delay(300);
        return [.. answers];
    }

    public async ValueTask DisposeAsync()
    {
        await _pop.DisposeAsync();
        foreach (var service in _services)
        {
            await service.DisposeAsync();
        }

        await _bus.DisposeAsync();
    }
}
