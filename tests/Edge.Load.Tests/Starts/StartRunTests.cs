using Edge.Load.Starts;
using Edge.Testing;
using Xunit;

namespace Edge.Load.Tests.Starts;

/// <summary>Starts of the real program, and of one that is none.</summary>
public sealed class StartRunTests
{
    [Fact]
    public async Task RunAsync_SaysHowLongAndWhatMemory()
    {
        var options = StartOptions.Parse("--starts 2 --settle 0".Split(' '), out _)!;

        var report = await StartRun.RunAsync(options);

        Assert.Equal(2, report.Starts);
        Assert.True(report.ReadyMilliseconds.Least > 1);
        Assert.True(report.ReadyMilliseconds.Most >= report.ReadyMilliseconds.Median);
        var memory = report.Memory;
        Assert.True(memory.Private > 0 && memory.Files > 0 && memory.Threads > 1);
        Assert.InRange(memory.Proportional, memory.Private + 1, memory.Resident);
    }

    [Fact]
    public async Task RunAsync_ProgramThatEnds_IsSaid()
    {
        var options = StartOptions.Parse(["--program", "/bin/true"], out _)!;

        await Assert.ThrowsAsync<TestingException>(() => StartRun.RunAsync(options));
    }

    [Theory]
    [InlineData("--starts")]
    [InlineData("--program a --starts 0")]
    [InlineData("--program a --settle x")]
    [InlineData("--program a --what 1")]
    public void Parse_WhatIsNotUnderstood_IsNothing(string arguments)
    {
        Assert.Null(StartOptions.Parse(arguments.Split(' '), out var problem));
        Assert.NotNull(problem);
    }
}
