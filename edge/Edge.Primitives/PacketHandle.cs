namespace Edge.Primitives;

/// <summary>A counted claim on one slot of one <see cref="PacketPool"/>.</summary>
/// <remarks>
/// Shape: pool index (8 bits), slot index (24 bits), generation (32 bits). The generation changes when
/// the slot is freed, so a handle kept too long fails at once instead of showing another packet.
/// </remarks>
public readonly record struct PacketHandle(byte Pool, int Slot, uint Generation)
{
    /// <summary>No packet.</summary>
    public static readonly PacketHandle None;

    /// <summary>Whether this names no packet. Generations start at 1.</summary>
    public bool IsNone => Generation == 0;
}
