using Edge.Bus;
using Edge.Node.HandOver.Letters;

namespace Edge.Node.Tests.EndToEnd;

/// <summary>A bus that loses letters of sessions, or the answers to them, as who gives them notices only by waiting.</summary>
internal sealed class LetterBus(IBus bus) : PassingBus(bus)
{
    private volatile Loss _loses;
    private int _lost;

    /// <summary>What is lost.</summary>
    public enum Loss
    {
        /// <summary>Nothing.</summary>
        Nothing,

        /// <summary>The letter: nobody takes it.</summary>
        Letter,

        /// <summary>The answer: it was taken.</summary>
        Answer,
    }

    /// <summary>What is lost from now on.</summary>
    public Loss Loses
    {
        set => _loses = value;
    }

    /// <summary>How many were lost.</summary>
    public int Lost => Volatile.Read(ref _lost);

    public override async ValueTask<BusReply> RequestAsync(
        string subject,
        ReadOnlyMemory<byte> payload,
        TimeSpan within,
        CancellationToken cancellation
    )
    {
        var loses = HandOverHeader.ReadKind(payload.Span) == HandOverKind.Give ? _loses : default;
        if (loses == Loss.Nothing)
        {
            return await base.RequestAsync(subject, payload, within, cancellation);
        }

        if (loses == Loss.Answer)
        {
            _ = await base.RequestAsync(subject, payload, within, cancellation);
        }

        await Task.Delay(within, cancellation);
        Interlocked.Increment(ref _lost);
        return new BusReply(BusReplyStatus.TimedOut, default);
    }
}
