using System.Diagnostics;

namespace Edge.Node.HandOver.Deciding;

/// <summary>What is done, and for which sessions, until a group of them is written for another node.</summary>
/// <remarks>Whoever drives it does what <see cref="Step"/> says for <see cref="Sessions"/>, and says so. Bounded by its steps.
/// Threads: one at a time.</remarks>
/// <param name="sessions">The group.</param>
internal sealed class WritingCourse<TSession>(IReadOnlyList<TSession> sessions)
    where TSession : ILeaving
{
    private List<TSession> _entered = [];

    /// <summary>What is to be done.</summary>
    public WritingStep Step { get; private set; } = WritingStep.Enter;

    /// <summary>For whom; once it is over, those that are written.</summary>
    public IReadOnlyList<TSession> Sessions { get; private set; } = sessions;

    /// <summary>It is done.</summary>
    public void HandleDone()
    {
        switch (Step)
        {
            case WritingStep.Enter:
                _entered = [.. Sessions.Where(session => session.IsEntered)];
                Go(WritingStep.Prepare, _entered);
                break;
            case WritingStep.Prepare:
                Go(WritingStep.Hold, _entered);
                break;
            case WritingStep.Hold:
                Go(WritingStep.Settle, _entered);
                break;
            case WritingStep.Settle:
                Go(WritingStep.SettleAgain, _entered);
                break;
            case WritingStep.SettleAgain:
                Go(WritingStep.Describe, _entered.FindAll(session => session.IsSettled));
                break;
            case WritingStep.Describe:
                Go(WritingStep.Capture, _entered.FindAll(session => session.IsReady));
                break;
            case WritingStep.Capture:
                Go(WritingStep.Part, _entered);
                break;
            case WritingStep.Part:
                Go(WritingStep.GoOn, _entered.FindAll(session => !session.IsWritten));
                break;
            case WritingStep.GoOn:
                Go(WritingStep.Release, _entered.FindAll(session => session.IsWritten));
                break;
            case WritingStep.Release:
                Go(WritingStep.Over, Sessions);
                break;
            case WritingStep.Over:
            default:
                throw new UnreachableException();
        }
    }

    private void Go(WritingStep next, IReadOnlyList<TSession> whom)
    {
        Step = next;
        Sessions = whom;
    }
}
