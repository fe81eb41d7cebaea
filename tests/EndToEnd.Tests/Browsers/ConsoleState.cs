namespace EndToEnd.Tests.Browsers;

/// <summary>What the console says about a publisher or a player.</summary>
internal sealed record ConsoleState(
    string State,
    string Message,
    double? JoinMs,
    int FramesShown,
    LatencyNumbers? GlassToGlass
);

/// <summary>The age of the pictures on the screen, by the clock that is drawn in them.</summary>
internal sealed record LatencyNumbers(double LastMs, double P50Ms, double P95Ms, int Count);
