using Conformance.Tests.Support;

namespace Conformance.Tests.Limits;

/// <summary>§1.13: rates, with limits low enough to be reached.</summary>
public sealed class RateTests(RateLab fixture) : IClassFixture<RateLab>
{
    private readonly CallsLab _lab = fixture.Lab;

    /// <summary>A session has its rate; what is above is told when to come again, and other sessions do not
    /// notice.</summary>
    [Fact]
    public async Task Session_AboveItsRate_TooManyRequests()
    {
        var session = await NewSessionAsync();
        var other = await NewSessionAsync();
        var limited = await UntilLimitedAsync(() => _lab.Api.StateAsync(session));
        Assert.InRange(limited.RetryAfter!.Value.TotalSeconds, 1, 60);
        Assert.True(limited.Body.GetProperty("retryAfterMs").GetInt64() > 0);
        (await _lab.Api.StateAsync(other)).Expect(200);
    }

    /// <summary>New sessions are taken in at a steady rate.</summary>
    [Fact]
    public async Task NewSessions_AboveTheRate_TooManyRequests()
    {
        var limited = await UntilLimitedAsync(() => _lab.Api.PostAsync("/sessions/new"));
        Assert.InRange(limited.RetryAfter!.Value.TotalSeconds, 1, 60);
    }

    /// <summary>Guesses at secrets are limited by address.</summary>
    [Fact]
    public async Task WrongSecrets_AboveTheRate_TooManyRequests()
    {
        var guess = _lab.OtherApi.As("guess");
        await UntilLimitedAsync(() => guess.GetAsync("/sessions"));
    }

    private static async Task<Reply> UntilLimitedAsync(Func<Task<Reply>> send)
    {
        // A burst and what comes in meanwhile, unless each request took half a second.
        for (var count = 0; count < 100; count++)
        {
            var reply = await send();
            if (reply.Status == 429)
            {
                return reply.Expect(429, "too_many_requests");
            }
        }

        throw new Xunit.Sdk.XunitException("A hundred requests, and none was too many.");
    }

    private async Task<string> NewSessionAsync()
    {
        while (true)
        {
            var reply = await _lab.Api.PostAsync("/sessions/new");
            if (reply.Status == 201)
            {
                return reply.Find("sessionId")!;
            }

            await Task.Delay(reply.Expect(429, "too_many_requests").RetryAfter!.Value);
        }
    }
}
