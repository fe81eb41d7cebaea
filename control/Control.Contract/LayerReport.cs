namespace Control.Contract;

/// <summary>One simulcast layer as a player could be sent it.</summary>
/// <param name="Rid">Its name.</param>
/// <param name="BitsPerSecond">What it takes; 0 while it is not sent.</param>
/// <param name="Width">In pixels; 0 while not known.</param>
/// <param name="Height">In pixels; 0 while not known.</param>
public sealed record LayerReport(string Rid, long BitsPerSecond, int Width, int Height);
