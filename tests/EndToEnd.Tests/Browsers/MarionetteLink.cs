using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Edge.Processes;

namespace EndToEnd.Tests.Browsers;

/// <summary>Firefox's remote protocol, through a relay that runs in the browser's network namespace.</summary>
/// <remarks>
/// Shape: a message is its length in bytes, a colon, and JSON: <c>[0, id, command, parameters]</c> there,
/// <c>[1, id, error, result]</c> back; the server speaks first. Source: Firefox's documentation,
/// "Marionette: Protocol", version 3.
/// </remarks>
internal sealed class MarionetteLink : IDisposable
{
    private const int MessageBytesMax = 1 << 20;
    private readonly Process _relay;
    private int _lastId;

    private MarionetteLink(Process relay) => _relay = relay;

    /// <summary>Connects to a port of 127.0.0.1 in the namespace and begins a session.</summary>
    public static async Task<MarionetteLink> OpenAsync(IReadOnlyList<string> prefix, int port)
    {
        var pipe = $"exec 3<>/dev/tcp/127.0.0.1/{port}; cat <&3 & exec cat >&3";
        string[] command = [.. prefix, "/bin/bash", "-c", pipe];
        var relay = Process.Start(
            new ProcessStartInfo(command[0], command.Skip(1))
            {
                UseShellExecute = false,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            }
        )!;
        var link = new MarionetteLink(relay);
        try
        {
            using var limit = new CancellationTokenSource(Patience.Longest);
            _ = await link.ReadAsync(limit.Token);
            // Certificates of tests are made for them, and no authority knows them.
            await link.SendAsync(
                "WebDriver:NewSession",
                new JsonObject { ["acceptInsecureCerts"] = true }
            );
            return link;
        }
        catch
        {
            link.Dispose();
            throw;
        }
    }

    /// <summary>Sends a command; the answer's result.</summary>
    /// <exception cref="InvalidOperationException">Firefox refused it; the message says why.</exception>
    public async Task<JsonNode?> SendAsync(string command, JsonObject parameters)
    {
        using var limit = new CancellationTokenSource(Patience.Longest);
        var id = ++_lastId;
        var body = Encoding.UTF8.GetBytes(new JsonArray(0, id, command, parameters).ToJsonString());
        var input = _relay.StandardInput.BaseStream;
        var head = Encoding.ASCII.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $"{body.Length}:")
        );
        await input.WriteAsync(head, limit.Token);
        await input.WriteAsync(body, limit.Token);
        await input.FlushAsync(limit.Token);
        while (true)
        {
            var answer = (JsonArray)(await ReadAsync(limit.Token))!;
            if (answer[1]!.GetValue<int>() == id)
            {
                return answer[2] is { } error
                    ? throw new InvalidOperationException($"{command}: {error.ToJsonString()}")
                    : answer[3];
            }
        }
    }

    /// <summary>Ends the relay.</summary>
    public void Dispose()
    {
        if (!_relay.HasExited)
        {
            _relay.Kill(entireProcessTree: true);
            _relay.WaitForExit();
        }

        _relay.Dispose();
    }

    private async Task<JsonNode?> ReadAsync(CancellationToken cancellation)
    {
        var output = _relay.StandardOutput.BaseStream;
        var one = new byte[1];
        var length = 0;
        while (true)
        {
            await output.ReadExactlyAsync(one, cancellation);
            if (one[0] == (byte)':')
            {
                break;
            }

            length = (length * 10) + (one[0] - '0');
            if (length is < 0 or > MessageBytesMax)
            {
                throw new JsonException("Not a Marionette message.");
            }
        }

        var body = new byte[length];
        await output.ReadExactlyAsync(body, cancellation);
        return JsonNode.Parse(body);
    }
}
