using System.Net.Sockets;
using System.Text;

namespace Edge.Processes;

/// <summary>A control socket of BIRD's that answers as a test says.</summary>
public sealed class ScriptedBird : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("bird-").FullName;
    private readonly Socket _listener = new(
        AddressFamily.Unix,
        SocketType.Stream,
        ProtocolType.Unspecified
    );
    private readonly CancellationTokenSource _stop = new();
    private readonly List<string> _commands = [];
    private readonly string _greeting;
    private readonly Func<string, string?> _answer;
    private readonly Task _loop;

    /// <summary>Listens.</summary>
    /// <param name="greeting">What whoever connects is told.</param>
    /// <param name="answer">The answer to a command; null: none, and the connection ends.</param>
    public ScriptedBird(string greeting, Func<string, string?> answer)
    {
        _greeting = greeting;
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(Path));
        _listener.Listen();
        _loop = RunAsync();
    }

    /// <summary>The path of the socket.</summary>
    public string Path => System.IO.Path.Combine(_folder, "bird.ctl");

    /// <summary>What it was asked so far.</summary>
    public IReadOnlyList<string> Commands
    {
        get
        {
            lock (_commands)
            {
                return [.. _commands];
            }
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _loop.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _listener.Dispose();
        _stop.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task RunAsync()
    {
        while (true)
        {
            using var connection = await _listener.AcceptAsync(_stop.Token);
            try
            {
                await ServeAsync(connection);
            }
            catch (SocketException)
            {
                // Whoever asked left before it was answered.
            }
        }
    }

    private async Task ServeAsync(Socket connection)
    {
        var buffer = new byte[1024];
        await SendAsync(connection, _greeting);
        while (await connection.ReceiveAsync(buffer, _stop.Token) is var count && count > 0)
        {
            var command = Encoding.ASCII.GetString(buffer, 0, count).TrimEnd('\n');
            lock (_commands)
            {
                _commands.Add(command);
            }

            if (_answer(command) is not { } answer)
            {
                return;
            }

            await SendAsync(connection, answer);
        }
    }

    private async Task SendAsync(Socket connection, string text) =>
        await connection.SendAsync(Encoding.ASCII.GetBytes(text), _stop.Token);
}
