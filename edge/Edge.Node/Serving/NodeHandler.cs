namespace Edge.Node.Serving;

/// <summary>Answers a request.</summary>
/// <param name="body">The request as JSON.</param>
/// <param name="call">What else is known of it.</param>
/// <returns>The message to answer with; null where this node does not answer.</returns>
internal delegate ValueTask<byte[]?> NodeHandler(ReadOnlyMemory<byte> body, NodeCall call);
