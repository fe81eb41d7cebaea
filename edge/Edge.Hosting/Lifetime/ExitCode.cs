namespace Edge.Hosting.Lifetime;

/// <summary>How the process ends.</summary>
public static class ExitCode
{
    /// <summary>As asked.</summary>
    public const int Success = 0;

    /// <summary>The settings are right, but the machine refused, an address in use for one.</summary>
    public const int CannotStart = 1;

    /// <summary>A setting or argument is unknown or wrong.</summary>
    public const int WrongSettings = 2;

    /// <summary>It was asked to drain and did not end by itself in time: something hung.</summary>
    public const int Forced = 3;
}
