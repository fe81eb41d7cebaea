using Edge.Protocol.Ice.Checks;
using Edge.Wire.Stun;

namespace Edge.Protocol.Ice.Messages;

/// <summary>Queues what an agent says and remembers what it asked.</summary>
internal sealed class IceSender
{
    private readonly IceOutbox _outbox = new();
    private readonly IceTransactions _transactions = new();

    /// <summary>Our requests that may still be answered.</summary>
    public IceTransactions Transactions => _transactions;

    /// <summary>Whether nothing waits to be sent.</summary>
    public bool IsEmpty => _outbox.Count == 0;

    /// <summary>Queues a check of ours.</summary>
    public void SendCheck(
        in IceCheck check,
        IceGeneration generation,
        IceRoles roles,
        ref IceStats stats
    )
    {
        if (!check.IsRetransmission)
        {
            _transactions.Add(
                new IceTransaction(
                    check.TransactionId,
                    check.Address,
                    generation,
                    check.Kind,
                    roles.Role
                )
            );
        }

        var item = new IceOutgoing
        {
            Kind = IceOutgoingKind.Check,
            Address = check.Address,
            TransactionId = check.TransactionId,
            Generation = generation,
            Role = roles.Role,
            TieBreaker = roles.TieBreaker,
            HasUseCandidate = check.Kind == IceCheckKind.Nomination,
            LengthMax = StunMessage.BytesMax,
        };
        Send(in item, ref stats);
    }

    /// <summary>Queues any message.</summary>
    public void Send(in IceOutgoing item, ref IceStats stats)
    {
        if (!_outbox.TryAdd(in item))
        {
            stats.OutboxOverflows++;
        }
    }

    /// <summary>Writes the next message; 0 when there is none.</summary>
    public int TryWriteNext(Span<byte> destination, out IceOutgoing item, ref IceStats stats)
    {
        while (_outbox.TryTake(out item))
        {
            var length = IceMessages.Write(destination, in item);
            if (length > item.LengthMax)
            {
                stats.OversizedAnswers++;
            }
            else if (length > 0)
            {
                _ = item.Kind == IceOutgoingKind.Check ? stats.ChecksSent++ : stats.AnswersSent++;
                return length;
            }
        }

        return 0;
    }

    /// <summary>Adds everything held to a hash, for tests.</summary>
    internal void AddTo(ref HashCode hash)
    {
        hash.Add(_outbox.Count);
        _transactions.AddTo(ref hash);
    }
}
