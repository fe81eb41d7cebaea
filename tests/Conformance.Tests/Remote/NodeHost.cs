using System.Collections.Concurrent;
using System.Text.Json;
using Edge.Processes;
using Edge.Testing;

namespace Conformance.Tests.Remote;

/// <summary>A process of Node with peers of werift or of libwebrtc (@roamhq/wrtc).</summary>
internal sealed class NodeHost : IPeerHost
{
    /// <summary>The stack in TypeScript, which has channels only.</summary>
    public const string Werift = "werift";

    /// <summary>Google's.</summary>
    public const string Libwebrtc = "wrtc";

    private const string Folder = "tests/Interop.Tests/node";

    private readonly ChildProcess _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _asked = new();
    private readonly SemaphoreSlim _writing = new(1);
    private int _next;

    private NodeHost(ChildProcess process)
    {
        _process = process;
        process.LineRead = Read;
    }

    /// <summary>Starts one.</summary>
    /// <param name="stack"><see cref="Werift"/> or <see cref="Libwebrtc"/>.</param>
    /// <param name="prefix">A command that runs it, for a network namespace.</param>
    public static NodeHost Start(string stack, params IEnumerable<string> prefix)
    {
        var modules = RepositoryRoot.Combine($"{Folder}/node_modules/.package-lock.json");
        _ = Programs.Require(modules, $"npm ci --prefix {Folder}");
        return new NodeHost(
            ChildProcess.Start([
                .. prefix,
                Programs.Require("node", "apt-get install -y nodejs npm"),
                RepositoryRoot.Combine($"{Folder}/host.mjs"),
                stack,
            ])
        );
    }

    /// <inheritdoc/>
    public async Task<JsonElement> AskAsync(string operation, string args)
    {
        var id = Interlocked.Increment(ref _next);
        var answer = new TaskCompletionSource<JsonElement>(
            TaskCreationOptions.RunContinuationsAsynchronously
        );
        _asked[id] = answer;
        await _writing.WaitAsync();
        try
        {
            var name = JsonSerializer.Serialize(operation);
            await _process.WriteLineAsync($"{{\"id\":{id},\"operation\":{name},\"args\":{args}}}");
        }
        finally
        {
            _writing.Release();
        }

        try
        {
            return await answer.Task.WaitAsync(Patience.Longest);
        }
        catch (TimeoutException exception)
        {
            throw new TimeoutException(
                $"{operation} {args}: no answer. {_process.Output}",
                exception
            );
        }
    }

    /// <summary>Stops the process where it is: nothing leaves it and nothing is read.</summary>
    public Task FreezeAsync() => SignalAsync("-STOP");

    /// <summary>Lets it go on.</summary>
    public Task ThawAsync() => SignalAsync("-CONT");

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _writing.Dispose();
    }

    private Task SignalAsync(string signal) =>
        ChildProcess.RunAsync(
            "/bin/kill",
            signal,
            _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)
        );

    private void Read(string line)
    {
        // Native code of the stacks prints too.
        if (!line.StartsWith("{\"id\":", StringComparison.Ordinal))
        {
            return;
        }

        using var document = JsonDocument.Parse(line);
        var reply = document.RootElement;
        if (!_asked.TryRemove(reply.GetProperty("id").GetInt32(), out var answer))
        {
            return;
        }

        if (reply.TryGetProperty("result", out var result))
        {
            answer.SetResult(result.Clone());
        }
        else
        {
            answer.SetException(
                new InvalidOperationException(reply.GetProperty("error").GetString())
            );
        }
    }
}
