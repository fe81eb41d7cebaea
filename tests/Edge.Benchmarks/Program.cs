using Edge.Benchmarks;

// dotnet run -c Release --project tests/Edge.Benchmarks [memory | bus]
if (args is ["bus"])
{
    await BusBenchmark.RunAsync();
    return;
}

if (args is not ["memory"])
{
    SrtpBenchmark.Run();
    DtlsBenchmark.Run();
}

DtlsBenchmark.RunMemory();
ViewerMemoryBenchmark.Run();
