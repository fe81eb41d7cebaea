namespace Edge.Protocol.Transport.Receiving;

/// <summary>What a publisher says of one of its layers (video-layers-allocation).</summary>
/// <param name="IsActive">Whether it is being sent.</param>
/// <param name="Pixels">The size of its pictures, width times height; 0 when not told.</param>
public readonly record struct LayerClaim(bool IsActive, int Pixels);
