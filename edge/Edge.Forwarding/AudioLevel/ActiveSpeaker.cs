namespace Edge.Forwarding.AudioLevel;

/// <summary>A track in which somebody speaks now.</summary>
/// <param name="Key">The viewer's number for it.</param>
/// <param name="Level">How loud, in dBov: 0 loudest, -127 silence.</param>
public readonly record struct ActiveSpeaker(int Key, int Level);
