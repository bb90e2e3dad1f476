using BenchmarkDotNet.Running;
using Busbar.Benchmarks;

if (args is ["growth"])
{
    GrowthBenchmark.Run();
}
else
{
    BenchmarkSwitcher.FromAssembly(typeof(GrowthBenchmark).Assembly).Run(args);
}
