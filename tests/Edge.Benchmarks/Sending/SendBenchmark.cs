using System.Globalization;
using Edge.Primitives;

namespace Edge.Benchmarks.Sending;

/// <summary>CPU time of one datagram of 1200 bytes on loopback, handed to the kernel in each way that there is.</summary>
/// <remarks>The thread that sends empties the receivers' sockets too, but between two counts: no one is woken, nothing
/// is dropped. Loopback hands the receiving socket what the sender gave as one message; cut it is there, on the sender's
/// time, unless that socket takes it whole, which costs what a NIC that cuts would leave. The median counts, not the best:
/// receiving is softirq work, and what of it a thread of the kernel's does is missing from a burst.</remarks>
internal static class SendBenchmark
{
    private const int Viewers = 50;
    private const int Bursts = 60;
    private const int WarmupBursts = 10;

    /// <summary>Datagrams of a burst, about: some milliseconds, which CPU time is exact enough for, and no more than
    /// one socket holds.</summary>
    private const int BurstDatagrams = 960;

    private static readonly int[] Runs = [2, 3, 4, 9, 16, 40];

    public static void Run()
    {
        Console.WriteLine(
            "CPU ns of a datagram of 1200 bytes, median (best); whole: the receiver takes runs whole"
        );
        Row(Viewers, "sendto, one socket", 1, (to, _) => new SocketWay(to, 1, SocketUse.OneForAll));
        Row(Viewers, "sendto, one each", 1, (to, _) => new SocketWay(to, 1, SocketUse.OneEach));
        Row(Viewers, "send, connected", 1, (to, _) => new SocketWay(to, 1, SocketUse.Connected));
        Row(Viewers, "sendmmsg of 1", 1, (to, _) => new BatchWay(to, 1, 1, groups: false));
        Row(Viewers, "sendmmsg of 64", 1, (to, _) => new BatchWay(to, 1, 64, groups: false));
        Row(1, "sendmmsg of 64", 1, (to, _) => new BatchWay(to, 1, 64, groups: false));
        foreach (var run in Runs)
        {
            Row(Viewers, "sendmmsg of 64", run, (to, run) => new BatchWay(to, run, 64, true));
            Row(
                Viewers,
                "sendto, one socket",
                run,
                (to, run) => new SocketWay(to, run, SocketUse.OneForAll)
            );
            Row(
                Viewers,
                "send, connected",
                run,
                (to, run) => new SocketWay(to, run, SocketUse.Connected)
            );
        }
    }

    private static void Row(
        int viewers,
        string name,
        int run,
        Func<NetworkAddress[], int, ISendWay> make
    )
    {
        var cut = Measure(viewers, run, mergesArrivals: false, make);
        var whole = run == 1 ? "" : $"  whole {Measure(viewers, run, mergesArrivals: true, make)}";
        Console.WriteLine($"{viewers, 2} viewers  {name, -20} runs of {run, 2}  {cut}{whole}");
    }

    private static string Measure(
        int viewers,
        int run,
        bool mergesArrivals,
        Func<NetworkAddress[], int, ISendWay> make
    )
    {
        using var receivers = new Receivers(viewers, mergesArrivals);
        using var way = make(receivers.Addresses, run);
        var runs = Math.Max(BurstDatagrams / (viewers * run), 1);
        var datagrams = runs * viewers * run;
        var times = new double[Bursts];
        for (var burst = -WarmupBursts; burst < Bursts; burst++)
        {
            var start = Environment.CpuUsage.TotalTime;
            way.Send(runs);
            var spent = Environment.CpuUsage.TotalTime - start;
            var arrived = receivers.Drain();
            if (arrived != datagrams)
            {
                throw new InvalidOperationException($"{arrived} of {datagrams} arrived.");
            }

            times[Math.Max(burst, 0)] = spent.TotalNanoseconds / datagrams;
        }

        Array.Sort(times);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{times[Bursts / 2], 5:0} ({times[0], 5:0})"
        );
    }
}
