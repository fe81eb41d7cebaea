using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Edge.Processes.Links;

namespace Terraform.Tests.Nodes;

/// <summary>Takes TCP connections and passes them on by TLS, for a client that cannot: coturn's own hangs in the handshake.</summary>
internal sealed class TlsGate : IAsyncDisposable
{
    private readonly NetworkSpace _space;
    private readonly IPEndPoint _target;
    private readonly string _name;
    private readonly TcpListener _listener;
    private readonly CancellationTokenSource _end = new();
    private readonly List<Task> _passing = [];
    private readonly Task _accepting;

    private TlsGate(NetworkSpace space, IPAddress address, IPEndPoint target, string name)
    {
        _space = space;
        _target = target;
        _name = name;
        _listener = space.Open(() =>
        {
            var listener = new TcpListener(address, port: 0);
            listener.Start();
            return listener;
        });
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Opens one on a network.</summary>
    /// <param name="space">The network.</param>
    /// <param name="address">Its address there.</param>
    /// <param name="target">Where connections go on to.</param>
    /// <param name="name">Whose certificate has to be there.</param>
    public static TlsGate Open(
        NetworkSpace space,
        IPAddress address,
        IPEndPoint target,
        string name
    ) => new(space, address, target, name);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _end.CancelAsync();
        _listener.Stop();
        // Each ends by an exception: that of the end, or of the other side's.
        await Task.WhenAll([_accepting, .. _passing])
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _end.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            _passing.Add(PassAsync(await _listener.AcceptTcpClientAsync(_end.Token)));
        }
    }

    private async Task PassAsync(TcpClient client)
    {
        using var ended = client;
        using var socket = _space.Open(() => new Socket(SocketType.Stream, ProtocolType.Tcp));
        await socket.ConnectAsync(_target, _end.Token);
        await using var tls = new SslStream(
            new NetworkStream(socket),
            leaveInnerStreamOpen: false,
            (_, certificate, _, _) =>
                string.Equals(certificate?.Subject, $"CN={_name}", StringComparison.Ordinal)
        );
        await tls.AuthenticateAsClientAsync(_name);
        var plain = client.GetStream();
        await Task.WhenAny(plain.CopyToAsync(tls, _end.Token), tls.CopyToAsync(plain, _end.Token));
    }
}
