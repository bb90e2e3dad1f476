using Busbar.Benchmarks;

if (args is ["growth"])
{
    Growth.Run();
}
else
{
    BenchmarkDotNet.Running.BenchmarkSwitcher.FromAssembly(typeof(Program).Assembly).Run(args);
}
