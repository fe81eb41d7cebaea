namespace Control.Server.Calls.Wire;

/// <summary>What a session hears: most tracks at once, 0 for all, and whether levels are repeated.</summary>
internal sealed record AudioAnswer(int Loudest, bool Levels);
