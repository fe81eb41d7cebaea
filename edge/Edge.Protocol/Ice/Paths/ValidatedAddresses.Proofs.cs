using System.Diagnostics.CodeAnalysis;
using Edge.Primitives;

namespace Edge.Protocol.Ice.Paths;

/// <content>Which of them are asked whether the peer is there. That stays in this process: elsewhere the next check begins
/// it anew.</content>
internal sealed partial class ValidatedAddresses
{
    /// <summary>When the next request to one of them is due.</summary>
    public Instant NextRequestAt
    {
        get
        {
            var next = Instant.Never;
            foreach (ref readonly var entry in _entries.AsSpan(0, Count))
            {
                next = Instant.Min(next, entry.Proof?.RequestAt ?? Instant.Never);
            }

            return next;
        }
    }

    /// <summary>Finds what is known of an address; null when nothing is.</summary>
    public PathProof? FindProof(in NetworkAddress address)
    {
        var index = Find(in address);
        return index < 0 ? null : _entries[index].Proof;
    }

    /// <summary>Finds what is known of a held address, or begins to know it.</summary>
    public PathProof ProofOf(in NetworkAddress address) =>
        _entries[Find(in address)].Proof ??= new PathProof();

    /// <summary>Finds a request that is due.</summary>
    public bool TryFindRequest(
        Instant now,
        out NetworkAddress address,
        [NotNullWhen(true)] out PathProof? proof
    )
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (entry.Proof is { } due && due.RequestAt <= now)
            {
                address = entry.Address;
                proof = due;
                return true;
            }
        }

        address = default;
        proof = null;
        return false;
    }

    /// <summary>Ends what was asked for no later than a proof, and the proof itself.</summary>
    public void EndProofs(PathProof proved)
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            if (entry.Proof is { } proof && !proof.IsNewerThan(proved))
            {
                // The one that is compared with goes last.
                if (proof != proved)
                {
                    proof.End();
                }
            }
        }

        proved.End();
    }

    /// <summary>Ends all of them.</summary>
    public void EndProofs()
    {
        foreach (ref readonly var entry in _entries.AsSpan(0, Count))
        {
            entry.Proof?.End();
        }
    }
}
