using System.Text;
using Edge.Processes;
using Xunit;

namespace Edge.Bus.Tests.Contract;

/// <summary>What every bus does. A class for each implementation derives from it and opens its lab.</summary>
/// <remarks>
/// That nothing comes is shown by what comes after it: the messages of one publisher to one bus are
/// handled in their order, so whatever was published before a message that was heard has been handled, or
/// will never be.
/// </remarks>
public abstract partial class BusContract : IAsyncLifetime
{
    /// <summary>The lab of this test.</summary>
    protected IBusLab Lab { get; private set; } = null!;

    /// <summary>Its first bus.</summary>
    protected IBus First => Lab.Buses[0];

    /// <summary>Its second bus.</summary>
    protected IBus Second => Lab.Buses[1];

    /// <summary>Its third bus.</summary>
    protected IBus Third => Lab.Buses[2];

    /// <summary>Opens the lab.</summary>
    public async Task InitializeAsync() => Lab = await OpenAsync();

    /// <summary>Closes the lab.</summary>
    public async Task DisposeAsync() => await Lab.DisposeAsync();

    /// <summary>Three connected buses.</summary>
    protected abstract Task<IBusLab> OpenAsync();

    /// <summary>Publishes a text, which must not be refused.</summary>
    protected static void Say(IBus bus, string subject, string text, string? replyTo = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        Assert.True(bus.TryPublish(subject, Encoding.UTF8.GetBytes(text), replyTo));
    }

    /// <summary>Asks, with all the time there is.</summary>
    protected static async Task<BusReply> AskAsync(IBus bus, string subject, string text = "")
    {
        ArgumentNullException.ThrowIfNull(bus);
        return await bus.RequestAsync(
            subject,
            Encoding.UTF8.GetBytes(text),
            Patience.Longest,
            CancellationToken.None
        );
    }

    /// <summary>Answers each request with a text made of its own.</summary>
    protected static IDisposable Answer(IBus bus, string subject, Func<string, string> answer)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.Subscribe(
            subject,
            message =>
                bus.TryPublish(
                    message.ReplyTo!,
                    Encoding.UTF8.GetBytes(answer(Encoding.UTF8.GetString(message.Payload)))
                )
        );
    }

    /// <summary>The answer's text.</summary>
    protected static string TextOf(BusReply reply) => Encoding.UTF8.GetString(reply.Payload.Span);

    /// <summary>Waits until every bus that is connected knows what the others have subscribed so far.</summary>
    protected Task SettleAsync() =>
        Settling.SettleAsync([.. Lab.Buses.Where((_, index) => Lab.IsJoined(index))]);

    /// <summary>Cuts a bus off and waits until it knows.</summary>
    protected async Task CutAsync(int index)
    {
        await Lab.CutAsync(index);
        Assert.True(await Wait.ForAsync(() => !Lab.IsJoined(index)), "It is cut off.");
    }

    /// <summary>Lets a bus connect again, and waits until it has and all know its subscriptions.</summary>
    protected async Task HealAsync(int index)
    {
        await Lab.HealAsync(index);
        Assert.True(await Wait.ForAsync(() => Lab.IsJoined(index)), "It is connected.");
        await SettleAsync();
    }
}
