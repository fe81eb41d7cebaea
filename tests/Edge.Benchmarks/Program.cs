using System.Globalization;
using BenchmarkDotNet.Running;
using Edge.Benchmarks;
using Edge.Benchmarks.FanOut;
using Edge.Benchmarks.Sending;

// dotnet run -c Release --project tests/Edge.Benchmarks
//   [srtp|fanout|send|memory|mesh|bus|bandwidth|networks [seeds]|rooms [seed]|lan [bytes perSecond]]
switch (args)
{
    case [LanBenchmark.ReceiverArgument, var port]:
        await LanBenchmark.RunReceiverAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return;
    case ["lan", ..]:
        await LanBenchmark.RunAsync(args.AsMemory(1));
        return;
    case ["bus"]:
        await BusBenchmark.RunAsync();
        return;
    case ["mesh"]:
        MeshBenchmark.Run();
        return;
    case ["bandwidth"]:
        BandwidthBenchmark.Run();
        return;
    case ["networks", ..]:
        NetworkBenchmark.Run(args.AsMemory(1));
        return;
    case ["rooms", ..]:
        RoomBenchmark.Run(args.AsMemory(1));
        return;
    case ["srtp"]:
        BenchmarkRunner.Run<SrtpBenchmarks>();
        return;
    case ["send"]:
        SendBenchmark.Run();
        return;
    case ["fanout"]:
        BenchmarkRunner.Run<FanOutBenchmarks>();
        return;
    case ["memory"]:
        break;
    default:
        MeshBenchmark.Run();
        BenchmarkRunner.Run<SrtpBenchmarks>();
        DtlsBenchmark.Run();
        BandwidthBenchmark.Run();
        break;
}

DtlsBenchmark.RunMemory();
ViewerMemoryBenchmark.Run();
