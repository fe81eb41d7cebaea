namespace Anycast.Takeover.Tests.Simulation;

/// <summary>A receiver of SRTP: it guesses the rollover counter as RFC 3711 §3.3.1 says, with as many bits of sequence
/// number as the simulation has.</summary>
internal sealed class Receiver(int reach)
{
    private readonly int _modulus = reach * 2;

    /// <summary>The highest index it has; -1 before any.</summary>
    public long Highest { get; private set; } = -1;

    /// <summary>Takes a packet; returns the index that it takes it for.</summary>
    public long Receive(long index)
    {
        var sequence = (int)(index % _modulus);
        var guess = Highest < 0 ? sequence : Guess(sequence);
        // Whoever guesses wrong finds a wrong tag, and learns nothing.
        if (guess == index && guess > Highest)
        {
            Highest = guess;
        }

        return guess;
    }

    private long Guess(int sequence)
    {
        var rollover = Highest / _modulus;
        var last = (int)(Highest % _modulus);
        var guessed =
            last < reach
                ? (sequence - last > reach ? rollover - 1 : rollover)
                : (last - reach > sequence ? rollover + 1 : rollover);
        return (guessed * _modulus) + sequence;
    }
}
