namespace Control.Server.Apps;

/// <summary>The outcome of checking a bearer.</summary>
/// <param name="Verdict">Granted, or why not.</param>
/// <param name="Caller">Who calls; null unless granted.</param>
internal readonly record struct Authentication(AccessVerdict Verdict, Caller? Caller);
