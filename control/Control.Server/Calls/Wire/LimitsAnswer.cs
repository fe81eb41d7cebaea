namespace Control.Server.Calls.Wire;

/// <summary>The limits in force, by name.</summary>
internal sealed class LimitsAnswer() : SortedDictionary<string, long>(StringComparer.Ordinal);
