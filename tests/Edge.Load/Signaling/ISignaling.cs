using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>How clients reach a server. Threads: any.</summary>
internal interface ISignaling : IDisposable
{
    /// <summary>Publishes Opus and VP8.</summary>
    /// <param name="streams">What is published.</param>
    /// <param name="number">Which publisher.</param>
    Task<SocketClient> PublishAsync(ClientStream[] streams, int number = 0);

    /// <summary>Plays what was published. The client is handed over as soon as it can receive, which is
    /// before the server has confirmed everything.</summary>
    /// <param name="started">Takes the client.</param>
    /// <param name="number">Of which publisher; of Janus only the first is played.</param>
    Task PlayAsync(Action<SocketClient> started, int number = 0);

    /// <summary>Ends a viewer's session at the server.</summary>
    Task LeaveAsync(SocketClient viewer);

    /// <summary>Ends every session.</summary>
    Task LeaveAsync();
}
