using System.Net.Sockets;
using System.Text;

namespace Edge.Processes;

/// <summary>A socket where processes say how they are, as systemd has one for its services.</summary>
public sealed class NotifySocket : IDisposable
{
    private const int WordsBytesMax = 4096;

    private readonly Socket _socket = new(
        AddressFamily.Unix,
        SocketType.Dgram,
        ProtocolType.Unspecified
    );
    private readonly StringBuilder _said = new();

    /// <summary>Listens.</summary>
    /// <param name="address">A path, or a name behind @.</param>
    public NotifySocket(string address)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
        var isAbstract = address.StartsWith('@');
        _socket.Bind(new UnixDomainSocketEndPoint(isAbstract ? $"\0{address[1..]}" : address));
        _socket.Blocking = false;
    }

    /// <summary>What NOTIFY_SOCKET has.</summary>
    public string Address { get; }

    /// <summary>Waits until words of which one begins like this were said; returns all that was said so far.</summary>
    public Task<string> UntilSaidAsync(string words) =>
        Patience.UntilAsync(
            $"systemd is told {words}",
            () => Task.FromResult(Hear()),
            said => said.Contains($"\n{words}", StringComparison.Ordinal)
        );

    /// <summary>How many times words were said so far.</summary>
    public int Count(string words) =>
        Hear().Split('\n').Count(line => string.Equals(line, words, StringComparison.Ordinal));

    /// <inheritdoc/>
    public void Dispose() => _socket.Dispose();

    private string Hear()
    {
        var buffer = new byte[WordsBytesMax];
        while (_socket.Available > 0)
        {
            var length = _socket.Receive(buffer);
            _said.Append('\n').Append(Encoding.UTF8.GetString(buffer, 0, length));
        }

        return _said.ToString();
    }
}
