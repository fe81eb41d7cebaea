using Edge.Native.OpenSsl;
using Edge.Primitives;
using Edge.Protocol.Dtls;
using Edge.Protocol.Srtp;

namespace Edge.Benchmarks;

/// <summary>Cost of a whole handshake, both ends, and of making the SRTP keys.</summary>
internal static class DtlsBenchmark
{
    private const int Iterations = 200;

    public static void Run()
    {
        using var engines = new OpenSslDtlsEngineFactory(
            DtlsCertificate.Create(DateTimeOffset.UtcNow)
        );
        var buffer = new byte[1500];
        SrtpKeyingMaterial? keys = null;
        var handshake = Measure.Nanoseconds(() => keys = Handshake(engines, buffer), Iterations);
        var session = Measure.Nanoseconds(
            () => new SrtpSession(keys!, OpenSslSrtpCipherFactory.Instance).Dispose(),
            Iterations
        );
        Console.WriteLine(
            $"dtls handshake, both ends {handshake.BestNs / 1000:0} us (median {handshake.MedianNs / 1000:0})  "
                + $"srtp session made and freed {session.BestNs / 1000:0} us (median {session.MedianNs / 1000:0})"
        );
    }

    /// <summary>Resident memory of an association that has answered a ClientHello, and of a connected one.</summary>
    public static void RunMemory()
    {
        const int count = 500;
        using var engines = new OpenSslDtlsEngineFactory(
            DtlsCertificate.Create(DateTimeOffset.UtcNow)
        );
        var buffer = new byte[1500];
        _ = Handshake(engines, buffer);
        var kept = new List<DtlsAssociation>(2 * count);
        var before = ResidentBytes();
        for (var index = 0; index < count; index++)
        {
            kept.Add(Answered(engines, buffer, out var client));
            client.Dispose();
        }

        var answered = ResidentBytes();
        for (var index = 0; index < count; index++)
        {
            var server = Answered(engines, buffer, out var client);
            kept.Add(server);
            while (client.State != DtlsState.Connected)
            {
                Move(server, client, buffer);
                Move(client, server, buffer);
            }

            client.Dispose();
        }

        var connected = ResidentBytes();
        Console.WriteLine(
            $"dtls memory, answered {(answered - before) / count / 1024} KiB  "
                + $"connected {(connected - answered) / count / 1024} KiB"
        );
        kept.ForEach(association => association.Dispose());
    }

    private static long ResidentBytes()
    {
        GC.Collect();
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return process.WorkingSet64;
    }

    private static DtlsAssociation Answered(
        IDtlsEngineFactory engines,
        byte[] buffer,
        out DtlsAssociation client
    )
    {
        client = Create(engines, DtlsRole.Client);
        var server = Create(engines, DtlsRole.Server);
        server.Start(Instant.Zero);
        client.Start(Instant.Zero);
        Move(client, server, buffer);
        return server;
    }

    private static SrtpKeyingMaterial Handshake(IDtlsEngineFactory engines, byte[] buffer)
    {
        using var client = Create(engines, DtlsRole.Client);
        using var server = Create(engines, DtlsRole.Server);
        server.Start(Instant.Zero);
        client.Start(Instant.Zero);
        while (client.State != DtlsState.Connected)
        {
            Move(client, server, buffer);
            Move(server, client, buffer);
        }

        return client.Keys!;
    }

    private static void Move(DtlsAssociation from, DtlsAssociation to, byte[] buffer)
    {
        int length;
        while ((length = from.PollTransmit(buffer)) > 0)
        {
            to.HandleDatagram(buffer.AsSpan(0, length), Instant.Zero);
        }
    }

    private static DtlsAssociation Create(IDtlsEngineFactory engines, DtlsRole role) =>
        new(
            engines,
            role,
            [engines.LocalFingerprint],
            DtlsOptions.Default,
            OpenSslSrtpCipherFactory.Instance
        );
}
