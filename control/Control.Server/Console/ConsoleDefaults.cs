namespace Control.Server.Console;

/// <summary>What the console may know before anybody has typed a secret.</summary>
/// <param name="Version">The build.</param>
/// <param name="App">The app to fill in; only the well-known one of a process on loopback.</param>
/// <param name="Secret">Its secret, which the documentation names; never another app's.</param>
internal sealed record ConsoleDefaults(string Version, string? App, string? Secret);
