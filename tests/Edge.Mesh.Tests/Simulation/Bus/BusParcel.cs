namespace Edge.Mesh.Tests.Simulation.Bus;

/// <summary>A message on its way.</summary>
internal sealed record BusParcel(ulong Id, string Subject, byte[] Payload, string? ReplyTo)
{
    /// <summary>What the protocol adds to a message. Chosen: the line of NATS without its subject.</summary>
    private const int OverheadBytes = 16;

    /// <summary>What it costs on a link.</summary>
    public int Bytes => OverheadBytes + Subject.Length + (ReplyTo?.Length ?? 0) + Payload.Length;
}
