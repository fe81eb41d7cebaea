using System.Diagnostics.CodeAnalysis;

namespace Edge.Bus;

/// <summary>Refuses what a caller of a bus can only do by mistake.</summary>
internal static class BusGuard
{
    /// <summary>A subject to publish to, and one to answer to, if any.</summary>
    /// <exception cref="ArgumentException">One is not well-formed.</exception>
    public static void Subject(string subject, string? replyTo)
    {
        if (!BusSubject.IsSubject(subject))
        {
            ThrowMalformed(subject, nameof(subject));
        }

        if (replyTo is not null && !BusSubject.IsSubject(replyTo))
        {
            ThrowMalformed(replyTo, nameof(replyTo));
        }
    }

    /// <summary>A pattern to subscribe.</summary>
    /// <exception cref="ArgumentException">It is not well-formed.</exception>
    public static void Pattern(string pattern)
    {
        if (!BusSubject.IsPattern(pattern))
        {
            ThrowMalformed(pattern, nameof(pattern));
        }
    }

    /// <summary>A request.</summary>
    /// <exception cref="ArgumentException">The subject is not well-formed, or there is no time.</exception>
    public static void Request(string subject, TimeSpan within)
    {
        Subject(subject, replyTo: null);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(within, TimeSpan.Zero);
    }

    [DoesNotReturn]
    private static void ThrowMalformed(string text, string parameter) =>
        throw new ArgumentException($"'{text}' is not a subject that can be used here.", parameter);
}
