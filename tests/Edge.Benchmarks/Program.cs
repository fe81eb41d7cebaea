using System.Globalization;
using Edge.Benchmarks;

<<<<<<< HEAD
// dotnet run -c Release --project tests/Edge.Benchmarks [memory | bus]
if (args is ["bus"])
{
    await BusBenchmark.RunAsync();
    return;
}

if (args is not ["memory"])
=======
// dotnet run -c Release --project tests/Edge.Benchmarks [memory|mesh|lan [bytes perSecond]]
switch (args)
>>>>>>> main
{
    case [LanBenchmark.ReceiverArgument, var port]:
        await LanBenchmark.RunReceiverAsync(int.Parse(port, CultureInfo.InvariantCulture));
        return;
    case ["lan", ..]:
        await LanBenchmark.RunAsync(args.AsMemory(1));
        return;
    case ["mesh"]:
        MeshBenchmark.Run();
        return;
    case ["memory"]:
        break;
    default:
        MeshBenchmark.Run();
        SrtpBenchmark.Run();
        DtlsBenchmark.Run();
        break;
}

DtlsBenchmark.RunMemory();
ViewerMemoryBenchmark.Run();
