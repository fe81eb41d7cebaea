using System.Text;
using Edge.Processes;
using Xunit.Sdk;

namespace Edge.Bus.Tests.Contract;

/// <summary>What a subscription has heard.</summary>
public sealed class Heard : IDisposable
{
    private readonly List<HeardMessage> _messages = [];
    private readonly IDisposable _subscription;

    private Heard(Func<BusHandler, IDisposable> subscribe) => _subscription = subscribe(Note);

    /// <summary>What came so far.</summary>
    public IReadOnlyList<HeardMessage> Messages
    {
        get
        {
            lock (_messages)
            {
                return [.. _messages];
            }
        }
    }

    /// <summary>What came so far, as texts.</summary>
    public IReadOnlyList<string> Texts => [.. Messages.Select(message => message.Text)];

    /// <summary>Subscribes.</summary>
    public static Heard At(IBus bus, string pattern)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return new Heard(note => bus.Subscribe(pattern, note));
    }

    /// <summary>Subscribes, to be called where messages are read.</summary>
    public static Heard DirectlyAt(IBus bus, string pattern)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return new Heard(note => bus.SubscribeDirect(pattern, note));
    }

    /// <summary>Waits for a text.</summary>
    public Task UntilAsync(string text) =>
        UntilAsync(
            $"'{text}' is heard",
            messages =>
                messages.Any(message => string.Equals(message.Text, text, StringComparison.Ordinal))
        );

    /// <summary>Waits for a number of messages.</summary>
    public Task UntilAsync(int count) =>
        UntilAsync($"{count} messages are heard", messages => messages.Count >= count);

    /// <summary>Subscribes no more.</summary>
    public void Dispose() => _subscription.Dispose();

    private async Task UntilAsync(string what, Func<IReadOnlyList<HeardMessage>, bool> isEnough)
    {
        if (!await Wait.ForAsync(() => isEnough(Messages)))
        {
            throw new XunitException(
                $"Not within {Patience.Longest}: {what}. Heard: {string.Join(", ", Texts.Take(20))}"
            );
        }
    }

    private void Note(BusMessage message)
    {
        lock (_messages)
        {
            _messages.Add(new(message.Subject, message.Payload.ToArray(), message.ReplyTo));
        }
    }
}

/// <summary>A message that was heard.</summary>
/// <param name="Subject">Its subject.</param>
/// <param name="Payload">Its bytes.</param>
/// <param name="ReplyTo">Where an answer is expected.</param>
public sealed record HeardMessage(string Subject, byte[] Payload, string? ReplyTo)
{
    /// <summary>Its bytes as text.</summary>
    public string Text => Encoding.UTF8.GetString(Payload);
}
