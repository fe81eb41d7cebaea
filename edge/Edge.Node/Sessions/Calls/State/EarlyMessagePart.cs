namespace Edge.Node.Sessions.Calls.State;

/// <summary>A message that waits for its reader to be ready.</summary>
/// <param name="Bytes">The message.</param>
/// <param name="IsBinary">Whether it is bytes rather than text.</param>
internal readonly record struct EarlyMessagePart(byte[] Bytes, bool IsBinary);
