using System.Buffers.Binary;
using System.Net.Sockets;
using Edge.Native.Sockets;

namespace Edge.Node.HandOver.Connections;

/// <summary>What is said between two processes of a machine over the link by which connections go from one to the other.</summary>
/// <remarks>
/// A connection after the other, each answered by a byte, 1 when it is kept and 0 when its client has ended it. Who has no room
/// ends the link.
/// <code>
/// | version 1, the descriptor beside it | token 16 | bytes arrived 4 | bytes unsent 4 | arrived | unsent |
/// </code>
/// A later version has another number; who does not know it takes nothing. Threads: one a link.
/// </remarks>
internal static class ConnectionLink
{
    private const int TokenBytes = 16;
    private const int UnsentOffset = TokenBytes + sizeof(uint);
    private const int HeaderBytes = UnsentOffset + sizeof(uint);

    /// <summary>The path of a node's socket, which no file has: by a number that only its PoP is told.</summary>
    public static string PathOf(UInt128 place) => $"\0edge.connections.{place:x32}";

    /// <summary>Gives a connection, which stays open here, too.</summary>
    /// <returns>False when that cannot be gone on with. One that is not kept, because its client has just ended it, is no
    /// reason.</returns>
    public static async ValueTask<bool> TryGiveAsync(
        Socket link,
        MovingConnection connection,
        CancellationToken cancellation
    )
    {
        if (SocketHandOver.Give(link.SafeHandle, connection.Socket) != SystemError.None)
        {
            return false;
        }

        var header = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt128BigEndian(header, connection.Token);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(TokenBytes), connection.Arrived.Length);
        BinaryPrimitives.WriteInt32BigEndian(header.AsSpan(UnsentOffset), connection.Unsent.Length);
        await SendAsync(link, header, cancellation);
        await SendAsync(link, connection.Arrived, cancellation);
        await SendAsync(link, connection.Unsent, cancellation);
        var answer = new byte[1];
        return await link.ReceiveAsync(answer, cancellation) == 1;
    }

    /// <summary>Takes the next connection and answers; false when there is none, or what was said makes no sense.</summary>
    /// <param name="link">The link.</param>
    /// <param name="tryKeep">Takes it over; false when it does not.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public static async ValueTask<bool> TryTakeAsync(
        Socket link,
        Func<MovingConnection, bool> tryKeep,
        CancellationToken cancellation
    )
    {
        // Only a look: a byte that is read that way has lost its descriptor.
        var version = new byte[1];
        if (
            await link.ReceiveAsync(version, SocketFlags.Peek, cancellation) == 0
            || version[0] != SocketHandOver.Sign
            || SocketHandOver.Take(link.SafeHandle, out var given) != SystemError.None
            || given is null
        )
        {
            return false;
        }

        // Adopted at once, because the framework closes a handle of its own with a reset: who gave it may go on with it.
        var socket = TcpSocket.TryAdopt(given);
        given.Dispose();
        var isKept = false;
        try
        {
            if (await ReadAsync(link, cancellation) is not { } said)
            {
                return false;
            }

            isKept =
                socket is not null && tryKeep(new(said.Token, socket, said.Arrived, said.Unsent));
        }
        finally
        {
            if (!isKept)
            {
                socket?.Dispose();
            }
        }

        if (!isKept && socket is not null)
        {
            // For want of room: its session may not come without it.
            return false;
        }

        await SendAsync(link, new byte[] { isKept ? (byte)1 : (byte)0 }, cancellation);
        return true;
    }

    /// <summary>Reads what is said of a connection; null when it makes no sense, or ends.</summary>
    private static async ValueTask<Said?> ReadAsync(Socket link, CancellationToken cancellation)
    {
        var header = new byte[HeaderBytes];
        if (!await TryReadAsync(link, header, cancellation))
        {
            return null;
        }

        var arrived = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(TokenBytes));
        var unsent = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(UnsentOffset));
        if (arrived > MovingConnection.BytesMax || unsent > MovingConnection.BytesMax)
        {
            return null;
        }

        var bytes = new byte[arrived + unsent];
        return await TryReadAsync(link, bytes, cancellation)
            ? new Said(
                BinaryPrimitives.ReadUInt128BigEndian(header),
                bytes.AsMemory(0, (int)arrived),
                bytes.AsMemory((int)arrived)
            )
            : null;
    }

    private static async ValueTask<bool> TryReadAsync(
        Socket link,
        Memory<byte> bytes,
        CancellationToken cancellation
    )
    {
        while (bytes.Length > 0)
        {
            var read = await link.ReceiveAsync(bytes, cancellation);
            if (read == 0)
            {
                return false;
            }

            bytes = bytes[read..];
        }

        return true;
    }

    private static async ValueTask SendAsync(
        Socket link,
        ReadOnlyMemory<byte> bytes,
        CancellationToken cancellation
    )
    {
        while (bytes.Length > 0)
        {
            bytes = bytes[await link.SendAsync(bytes, cancellation)..];
        }
    }

    private sealed record Said(
        UInt128 Token,
        ReadOnlyMemory<byte> Arrived,
        ReadOnlyMemory<byte> Unsent
    );
}
