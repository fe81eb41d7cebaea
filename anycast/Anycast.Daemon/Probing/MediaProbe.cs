using System.Net;
using System.Net.Sockets;
using Anycast.Health.Rounds;
using Edge.Wire.Stun;

namespace Anycast.Daemon.Probing;

/// <summary>Asks a media address as a client does: a STUN Binding request (RFC 8489 §3) by UDP.</summary>
/// <remarks>Each probe has a socket of its own and so a flow of its own: the kernel spreads them over the node's
/// shards, so that one that hangs among several shows within a few rounds. Nothing throws but a cancellation.</remarks>
internal static class MediaProbe
{
    // An answer to IPv6 has 52 bytes, and none is longer than its request: the name makes room.
    private static ReadOnlySpan<byte> Software => "edge anycastd health probe  "u8;

    private const int BytesMax = 128;

    /// <summary>Asks an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="transaction">Drawn for this probe.</param>
    /// <param name="timeout">How long an answer may take.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async Task<MediaAnswer> AskAsync(
        IPEndPoint address,
        StunTransactionId transaction,
        TimeSpan timeout,
        CancellationToken cancellation
    )
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(timeout);
        try
        {
            using var socket = new Socket(
                address.AddressFamily,
                SocketType.Dgram,
                ProtocolType.Udp
            );
            await socket.ConnectAsync(address, limit.Token);
            await socket.SendAsync(WriteRequest(transaction), limit.Token);
            return await ReceiveAsync(socket, transaction, limit.Token);
        }
        catch (SocketException exception)
        {
            return exception.SocketErrorCode == SocketError.ConnectionRefused
                ? MediaAnswer.Refused
                : MediaAnswer.Silent;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return MediaAnswer.Silent;
        }
    }

    private static byte[] WriteRequest(StunTransactionId transaction)
    {
        var buffer = new byte[BytesMax];
        var writer = new StunMessageWriter(
            buffer,
            StunClass.Request,
            StunMethod.Binding,
            transaction
        );
        writer.AddAttribute(StunAttributeType.Software, Software);
        writer.AddFingerprint();
        return buffer[..writer.Complete()];
    }

    private static async Task<MediaAnswer> ReceiveAsync(
        Socket socket,
        StunTransactionId transaction,
        CancellationToken cancellation
    )
    {
        var buffer = new byte[BytesMax];
        while (true)
        {
            var length = await ReceiveOneAsync(socket, buffer, cancellation);
            if (IsAnswer(buffer.AsSpan(0, length), transaction))
            {
                return MediaAnswer.Answered;
            }
        }
    }

    private static async Task<int> ReceiveOneAsync(
        Socket socket,
        byte[] buffer,
        CancellationToken cancellation
    )
    {
        try
        {
            return await socket.ReceiveAsync(buffer, cancellation);
        }
        catch (OperationCanceledException) when (socket.Available > 0)
        {
            // What came while this process did not run counts: it was late, not the node.
            return socket.Receive(buffer);
        }
    }

    private static bool IsAnswer(ReadOnlySpan<byte> datagram, StunTransactionId transaction) =>
        StunMessage.TryParse(datagram, out var message) == StunParseError.None
        && message.Method == StunMethod.Binding
        && message.Class == StunClass.SuccessResponse
        && message.TransactionId == transaction;
}
