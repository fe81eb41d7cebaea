namespace Edge.Forwarding.AudioLevel;

/// <summary>A track that a viewer hears.</summary>
/// <param name="Key">The viewer's number for it.</param>
/// <param name="Meter">What is known of its levels, shared by all who hear the track.</param>
public readonly record struct HeardTrack(int Key, SpeechMeter Meter);
