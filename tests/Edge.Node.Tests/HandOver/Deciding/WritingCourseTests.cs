using Edge.Node.HandOver.Deciding;
using Xunit;

namespace Edge.Node.Tests.HandOver.Deciding;

/// <summary>For whom what is done until a group is written.</summary>
public sealed class WritingCourseTests
{
    [Fact]
    public void Steps_AllGoWell_AllAreHeldBeforeTheFirstIsWritten()
    {
        var steps = Run(new Leaving("a"), new Leaving("b"));

        Assert.Equal(Enum.GetValues<WritingStep>(), steps.Select(step => step.Step));
        Assert.All(
            steps.Where(step => step.Step != WritingStep.GoOn),
            step => Assert.Equal("a b", step.Whom)
        );
    }

    [Fact]
    public void Steps_OneIsHeldByARequest_NothingMoreIsDoneForIt()
    {
        var steps = Run(new Leaving("a"), new Leaving("b", CanEnter: false));

        Assert.All(steps.Skip(1), step => Assert.DoesNotContain('b', step.Whom));
    }

    [Fact]
    public void Steps_OneIsNotWritten_GoesOnHereAndOnlyTheOtherIsGiven()
    {
        var steps = Run(new Leaving("a"), new Leaving("b", CanBeWritten: false));

        Assert.Equal("b", WhomOf(steps, WritingStep.GoOn));
        Assert.Equal("a", WhomOf(steps, WritingStep.Release));
        Assert.Equal("a", WhomOf(steps, WritingStep.Over));
    }

    [Fact]
    public void Steps_OneDoesNotSettle_IsNotWrittenAndGoesOnHere()
    {
        var steps = Run(new Leaving("a", CanSettle: false), new Leaving("b"));

        Assert.Equal("b", WhomOf(steps, WritingStep.Describe));
        Assert.Equal("b", WhomOf(steps, WritingStep.Capture));
        Assert.Equal("a", WhomOf(steps, WritingStep.GoOn));
    }

    private static List<(WritingStep Step, string Whom)> Run(params Leaving[] sessions)
    {
        var course = new WritingCourse<Leaving>(sessions);
        var steps = new List<(WritingStep Step, string Whom)>();
        while (true)
        {
            steps.Add((course.Step, string.Join(' ', course.Sessions.Select(each => each.Name))));
            if (course.Step == WritingStep.Over)
            {
                return steps;
            }

            foreach (var session in course.Sessions)
            {
                session.Do(course.Step);
            }

            course.HandleDone();
        }
    }

    private static string WhomOf(List<(WritingStep Step, string Whom)> steps, WritingStep step) =>
        steps.Single(each => each.Step == step).Whom;

    private sealed record Leaving(
        string Name,
        bool CanEnter = true,
        bool CanSettle = true,
        bool CanBeWritten = true
    ) : ILeaving
    {
        public bool IsEntered { get; private set; }

        public bool IsSettled { get; private set; }

        public bool IsReady => IsSettled;

        public bool IsWritten { get; private set; }

        public void Do(WritingStep step)
        {
            IsEntered |= step == WritingStep.Enter && CanEnter;
            IsSettled |= step == WritingStep.SettleAgain && CanSettle;
            IsWritten |= step == WritingStep.Capture && CanBeWritten;
        }
    }
}
