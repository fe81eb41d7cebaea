using System.Text.Json;

namespace Conformance.Tests.Remote;

/// <summary>Where peers of another implementation live: a process of Node, or a page. Both run the operations of
/// tests/Interop.Tests/node/peers.js.</summary>
internal interface IPeerHost : IAsyncDisposable
{
    /// <summary>Runs an operation.</summary>
    /// <param name="operation">Its name.</param>
    /// <param name="args">Its arguments, a JSON object.</param>
    /// <exception cref="InvalidOperationException">It failed; the message is what the host says.</exception>
    Task<JsonElement> AskAsync(string operation, string args);
}
