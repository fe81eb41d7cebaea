namespace Edge.Testing.Clients.Captured;

/// <summary>A packet as a browser sent it.</summary>
/// <param name="Bytes">Of its payload.</param>
/// <param name="Offset">After the first packet of its frame.</param>
public readonly record struct CapturedPacket(int Bytes, TimeSpan Offset);
