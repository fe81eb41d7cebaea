using Edge.Node.Steering;
using Xunit;

namespace Edge.Node.Tests.Steering;

/// <summary>Who starts waits for those that are there.</summary>
public sealed class FirstWordsTests
{
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(1);

    [Fact]
    public void Wait_NobodyIsThere_DoesNotWait() => Assert.True(new FirstWords().Wait(Long));

    [Fact]
    public async Task Wait_AllSpeak_IsOverWithTheLast()
    {
        var words = new FirstWords();
        words.Expect();
        words.Expect();
        words.Note(1);
        words.Note(1);
        var waiting = Task.Run(() => words.Wait(Long));
        Assert.False(waiting.IsCompleted);
        words.Note(2);
        Assert.True(await waiting);
    }

    [Fact]
    public void Wait_OneIsSilent_GoesOnWithoutIt()
    {
        var words = new FirstWords();
        words.Expect();
        Assert.False(words.Wait(TimeSpan.FromMilliseconds(1)));
    }
}
