namespace Edge.Testing;

/// <summary>What a helper of this project throws when the code under test, or the test's own data,
/// is not as it should be. The message is a sentence for whoever reads the failure.</summary>
public sealed class TestingException : Exception
{
    /// <summary>Makes a failure without a sentence.</summary>
    public TestingException() { }

    /// <summary>Makes a failure with its sentence.</summary>
    public TestingException(string message)
        : base(message) { }

    /// <summary>Makes a failure with its sentence and what led to it.</summary>
    public TestingException(string message, Exception inner)
        : base(message, inner) { }
}
