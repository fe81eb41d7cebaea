namespace Edge.Bus;

/// <summary>Takes a message. Must not wait, and must not throw for what the message says.</summary>
/// <param name="message">The message, valid during the call.</param>
public delegate void BusHandler(BusMessage message);
