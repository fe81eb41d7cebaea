namespace Edge.Processes;

/// <summary>Where a nats-server listens.</summary>
/// <param name="Prefix">A command that runs the program, for a network namespace.</param>
/// <param name="Host">Its address.</param>
/// <param name="Port">The port of its clients.</param>
public sealed record NatsPlace(IReadOnlyList<string> Prefix, string Host, int Port);
