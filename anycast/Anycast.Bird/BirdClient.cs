using System.Net.Sockets;
using System.Text;
using Anycast.Bird.Replies;

namespace Anycast.Bird;

/// <summary>Asks BIRD over its control socket.</summary>
/// <remarks>Each command has a connection of its own: a BIRD that was restarted needs no care, and none of its
/// answers can be taken for another's. Nothing throws but a cancellation. Threads: any.</remarks>
/// <param name="socketPath">The path of the socket, /run/bird/bird.ctl on Debian.</param>
/// <param name="timeout">How long a command may take, its connection included.</param>
public sealed class BirdClient(string socketPath, TimeSpan timeout)
{
    /// <summary>How long a command may take if nothing else is said. Chosen: a BIRD that reads full tables of the
    /// Internet answers late by a second.</summary>
    public static readonly TimeSpan DefaultTimeout = TimeSpan.FromSeconds(2);

    private const int ReadBytes = 4096;

    /// <summary>Has a protocol run.</summary>
    public Task<BirdReply> EnableAsync(string protocol, CancellationToken cancellation) =>
        AskAsync($"enable {Quote(protocol)}", cancellation);

    /// <summary>Has a protocol not run: its routes go.</summary>
    public Task<BirdReply> DisableAsync(string protocol, CancellationToken cancellation) =>
        AskAsync($"disable {Quote(protocol)}", cancellation);

    /// <summary>Asks how a protocol is: <see cref="BirdProtocols.Find"/> reads the answer.</summary>
    public Task<BirdReply> ShowAsync(string protocol, CancellationToken cancellation) =>
        AskAsync($"show protocols {Quote(protocol)}", cancellation);

    /// <summary>Asks whether the configuration file can be read as it is now.</summary>
    public Task<BirdReply> CheckConfigurationAsync(CancellationToken cancellation) =>
        AskAsync("configure check", cancellation);

    /// <summary>Whether a text can be the name of a protocol: no pattern of several.</summary>
    public static bool IsProtocolName(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        foreach (var character in text)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not '_')
            {
                return false;
            }
        }

        // BIRD's own bound of a symbol.
        return text.Length is >= 1 and <= 64;
    }

    private async Task<BirdReply> AskAsync(string command, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(
                AddressFamily.Unix,
                SocketType.Stream,
                ProtocolType.Unspecified
            );
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(socketPath), limit.Token);
            var exchange = new Exchange(socket);
            var greeting = await exchange.ReadAsync(limit.Token);
            if (greeting is not BirdReply.Done { Lines: [{ Code: BirdCode.Welcome }, ..] })
            {
                return greeting is BirdReply.Done
                    ? new BirdReply.Unreachable($"{socketPath} does not greet as BIRD does.")
                    : greeting;
            }

            await socket.SendAsync(Encoding.ASCII.GetBytes(command + "\n"), limit.Token);
            return await exchange.ReadAsync(limit.Token);
        }
        catch (SocketException exception)
        {
            return new BirdReply.Unreachable($"{socketPath}: {exception.Message}.");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return new BirdReply.Unreachable(
                $"{socketPath}: BIRD did not answer '{command}' within {timeout.TotalSeconds} s."
            );
        }
    }

    private static string Quote(string protocol) =>
        IsProtocolName(protocol)
            ? $"\"{protocol}\""
            : throw new ArgumentException(
                $"'{protocol}' is not a protocol's name.",
                nameof(protocol)
            );

    /// <summary>The answers of one connection, in order.</summary>
    private sealed class Exchange(Socket socket)
    {
        private readonly byte[] _buffer = new byte[ReadBytes];
        private ReadOnlyMemory<byte> _rest;

        public async Task<BirdReply> ReadAsync(CancellationToken cancellation)
        {
            var reader = new BirdReplyReader();
            while (true)
            {
                _rest = _rest[reader.Take(_rest.Span)..];
                if (reader.Error != BirdReplyError.None)
                {
                    return new BirdReply.Unreachable($"BIRD's answer: {reader.Error}.");
                }

                if (reader.IsComplete)
                {
                    return ToReply(reader);
                }

                var count = await socket.ReceiveAsync(_buffer, cancellation);
                if (count == 0)
                {
                    return new BirdReply.Unreachable("BIRD ended in the middle of its answer.");
                }

                _rest = _buffer.AsMemory(0, count);
            }
        }

        private static BirdReply ToReply(BirdReplyReader reader)
        {
            var last = reader.Lines[^1];
            return last.Code >= BirdCode.FirstFailure
                ? new BirdReply.Refused(last.Code, $"BIRD answered {last.Code}: {last.Text}")
                : new BirdReply.Done([.. reader.Lines]);
        }
    }
}
