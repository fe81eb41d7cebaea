using Edge.Processes;

namespace Edge.Bus.Tests.Contract;

/// <summary>Waits until what was subscribed is known.</summary>
internal static class Settling
{
    private static int _lastName;

    /// <summary>Waits until each of some buses knows what the others have subscribed so far: a request to a
    /// subscription made after all of them is answered.</summary>
    public static async Task SettleAsync(params IReadOnlyCollection<IBus> buses)
    {
        foreach (var bus in buses)
        {
            var subject = $"settle.{Interlocked.Increment(ref _lastName)}";
            using var probe = bus.Subscribe(
                subject,
                message => bus.TryPublish(message.ReplyTo!, message.Payload)
            );
            foreach (var other in buses)
            {
                await Patience.UntilAsync(
                    "a new subscription is known everywhere",
                    async () =>
                        await other.RequestAsync(
                            subject,
                            default,
                            Patience.Longest,
                            CancellationToken.None
                        ),
                    reply => reply.IsAnswered
                );
            }
        }
    }
}
