using Edge.Primitives;

namespace Edge.Testing.Downlinks;

/// <summary>One encoding of a made-up camera.</summary>
/// <param name="Rid">Its name.</param>
/// <param name="Rate">What it takes on average, without headers.</param>
/// <param name="Width">In pixels.</param>
/// <param name="Height">In pixels.</param>
public sealed record CameraLayer(Rid Rid, Bitrate Rate, int Width, int Height);
