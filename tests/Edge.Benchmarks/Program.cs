using Edge.Benchmarks;

// dotnet run -c Release --project tests/Edge.Benchmarks [memory|mesh]
if (args is ["mesh"])
{
    MeshBenchmark.Run();
    return;
}

if (args is not ["memory"])
{
    MeshBenchmark.Run();
    SrtpBenchmark.Run();
    DtlsBenchmark.Run();
}

DtlsBenchmark.RunMemory();
ViewerMemoryBenchmark.Run();
