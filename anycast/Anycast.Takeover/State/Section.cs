namespace Anycast.Takeover.State;

/// <summary>One part of a session's state, by the number of the write that it is of.</summary>
internal readonly record struct Section(byte[] Value, long Number);
