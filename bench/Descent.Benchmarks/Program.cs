using BenchmarkDotNet.Running;
using Descent.Benchmarks.Limit;

if (args is ["limit", ..])
{
    return LimitCommand.Run(args);
}

BenchmarkSwitcher.FromAssembly(typeof(LimitCommand).Assembly).Run(args);
return 0;
