using Control.Contract.Nodes;
using Edge.Hosting.Lifetime;
using Edge.Hosting.Links;
using Edge.Node.Serving;
using Edge.Node.Sessions;
using Microsoft.Extensions.Logging;

namespace Edge.Host.Links;

/// <summary>What makes the node of this process usable by others: it answers their requests and tells them how it
/// is. Whatever else goes over the process's buses for the node is begun and ended here.</summary>
/// <remarks>The node's end is here too: those who read its events hear how its sessions end, so it ends before
/// the answers do. The buses stay with who made them.</remarks>
internal sealed class NodeLinks : IAsyncDisposable
{
    private readonly MediaNode _node;
    private readonly NodeService _service;

    private NodeLinks(MediaNode node, NodeService service)
    {
        _node = node;
        _service = service;
    }

    /// <summary>Begins to answer; others are told that the node is not ready yet.</summary>
    public static NodeLinks Start(
        NodeLaunch.Running launched,
        ProcessBuses buses,
        ILoggerFactory loggers
    )
    {
        var options = new NodeServiceOptions
        {
            Pop = launched.Options.Pop,
            Node = launched.Options.Node,
            SessionsMax = launched.Options.SessionsMax,
            LanAddress = buses.Lan.Address.ToString(),
            Version = ProcessVersion.Text,
        };
        var node = launched.Node;
        var log = loggers.CreateLogger<NodeService>();
        return new NodeLinks(node, NodeService.Start(options, node, buses.ForRequests, log));
    }

    /// <summary>Tells the others that sessions can come.</summary>
    public void Open() => _service.Tell(NodeReadiness.Ready);

    /// <summary>Tells them that no more should.</summary>
    public void Close() => _service.Tell(NodeReadiness.Draining);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _node.DisposeAsync();
        await _service.DisposeAsync();
    }
}
