using Edge.Benchmarks;

// dotnet run -c Release --project tests/Edge.Benchmarks
SrtpBenchmark.Run();
DtlsBenchmark.Run();
DtlsBenchmark.RunMemory();
