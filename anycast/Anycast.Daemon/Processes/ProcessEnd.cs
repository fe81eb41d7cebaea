namespace Anycast.Daemon.Processes;

/// <summary>A process is no more.</summary>
/// <param name="Process">The number that it had.</param>
/// <param name="Left">How many of those that are watched live.</param>
internal readonly record struct ProcessEnd(int Process, int Left);
