namespace Anycast.Bird.Replies;

/// <summary>The numbers that BIRD's answers begin with, as far as they are told apart here.</summary>
/// <remarks>Source: doc/reply_codes of BIRD 2.0.12; 0xxx is done, 1xxx and 2xxx are tables, 8xxx is a failure,
/// 9xxx is a command that was not understood.</remarks>
public static class BirdCode
{
    /// <summary>The end of an answer that has nothing more to say.</summary>
    public const int Done = 0;

    /// <summary>The greeting.</summary>
    public const int Welcome = 1;

    /// <summary>A line of the list of protocols.</summary>
    public const int ProtocolEntry = 1002;

    /// <summary>The first number that means that nothing was done.</summary>
    public const int FirstFailure = 8000;
}
