using Edge.Benchmarks;

// dotnet run -c Release --project tests/Edge.Benchmarks [memory]
if (args is not ["memory"])
{
    SrtpBenchmark.Run();
    DtlsBenchmark.Run();
}

DtlsBenchmark.RunMemory();
ViewerMemoryBenchmark.Run();
