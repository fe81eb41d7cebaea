using System.Net;

namespace Interop.Tests.Scripted;

/// <summary>What an answer says about the transport, read as a simple client reads it: first lines win.</summary>
internal sealed record AnsweredTransport(
    string LocalFragment,
    string RemoteFragment,
    string RemotePassword,
    IPEndPoint Server
);
