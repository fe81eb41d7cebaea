using System.Text.Json;

namespace Edge.Bus.Nats;

/// <summary>The first line of a server, INFO, which says whether TLS comes next (NATS protocol).</summary>
internal static class NatsHello
{
    // Chosen: a server with a hundred addresses of its cluster says less.
    private const int BytesMax = 64 * 1024;

    private static ReadOnlySpan<byte> Word => "INFO "u8;

    /// <summary>Reads it, and no byte more: what follows is TLS's.</summary>
    /// <param name="stream">The connection.</param>
    /// <param name="useTls">Whether this side wants TLS.</param>
    /// <returns>The line.</returns>
    /// <exception cref="InvalidDataException">It is another line, or does not agree about TLS.</exception>
    public static ReadOnlyMemory<byte> Read(Stream stream, bool useTls)
    {
        var buffer = new byte[BytesMax];
        var length = 0;
        while (length == 0 || buffer[length - 1] != (byte)'\n')
        {
            if (length == BytesMax)
            {
                throw new InvalidDataException("The server's first line does not end.");
            }

            // Byte by byte: once a connection, and a TLS record may follow.
            stream.ReadExactly(buffer, length, 1);
            length++;
        }

        Check(buffer.AsSpan(0, length), useTls);
        return buffer.AsMemory(0, length);
    }

    private static void Check(ReadOnlySpan<byte> line, bool useTls)
    {
        if (
            !line.StartsWith(Word)
            || !TryReadTls(line[Word.Length..], out var required, out var available)
        )
        {
            throw new InvalidDataException("The server does not speak NATS.");
        }

        if (required && !useTls)
        {
            throw new InvalidDataException("The server requires TLS.");
        }

        if (useTls && !required && !available)
        {
            throw new InvalidDataException("The server does not support TLS.");
        }
    }

    private static bool TryReadTls(ReadOnlySpan<byte> json, out bool required, out bool available)
    {
        required = available = false;
        var reader = new Utf8JsonReader(json);
        try
        {
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName)
                {
                    var isRequired = reader.ValueTextEquals("tls_required"u8);
                    var isAvailable = reader.ValueTextEquals("tls_available"u8);
                    reader.Read();
                    required |= isRequired && reader.TokenType == JsonTokenType.True;
                    available |= isAvailable && reader.TokenType == JsonTokenType.True;
                }
            }

            return true;
        }
        catch (JsonException)
        {
            return false; // Whoever it is, it is no NATS server.
        }
    }
}
