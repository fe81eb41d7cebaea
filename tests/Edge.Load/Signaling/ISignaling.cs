using Edge.Testing.Clients;

namespace Edge.Load.Signaling;

/// <summary>How clients reach a server.</summary>
internal interface ISignaling : IDisposable
{
    /// <summary>Publishes Opus and VP8.</summary>
    Task<SocketClient> PublishAsync(ClientStream[] streams);

    /// <summary>Plays what was published. The client is handed over as soon as it can receive, which is
    /// before the server has confirmed everything.</summary>
    Task PlayAsync(Action<SocketClient> started);

    /// <summary>Ends every session.</summary>
    Task LeaveAsync();
}
